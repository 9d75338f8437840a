import { useTranslation } from 'react-i18next'

import { Button } from '@/shared/ui/Button'

import styles from './Pager.module.css'

type Props = { page: number; pageSize: number; count: number; onPage: (page: number) => void }

export function Pager({ page, pageSize, count, onPage }: Props) {
  const { t } = useTranslation()
  const pages = Math.max(1, Math.ceil(count / pageSize))
  if (pages === 1) return null
  const from = (page - 1) * pageSize + 1
  return (
    <nav className={styles.pager} aria-label={t('worklist.page', { page, pages })}>
      <span className={styles.count}>{t('worklist.count', { from, to: Math.min(count, page * pageSize), count })}</span>
      <Button look="quiet" disabled={page <= 1} aria-label={t('worklist.previous')} onClick={() => onPage(page - 1)}>
        ‹
      </Button>
      <span>{t('worklist.page', { page, pages })}</span>
      <Button look="quiet" disabled={page >= pages} aria-label={t('worklist.next')} onClick={() => onPage(page + 1)}>
        ›
      </Button>
    </nav>
  )
}
