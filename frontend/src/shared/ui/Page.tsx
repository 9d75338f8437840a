import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { localTime } from '@/shared/ages'

import { Failed } from './Failed'
import styles from './Page.module.css'

type Props = { title: string; intro: string; tools?: ReactNode; children: ReactNode }

/** A page in one column that scrolls by itself: what it is called, what it is for, what it shows. */
export function Page({ title, intro, tools, children }: Props) {
  return (
    <div className={styles.page}>
      <div className={styles.column}>
        <header className={styles.header}>
          <h1>{title}</h1>
          {tools}
        </header>
        <p className={styles.intro}>{intro}</p>
        {children}
      </div>
    </div>
  )
}

/** The place of what is still on its way. */
export function Skeleton() {
  const { t } = useTranslation()
  return <div role="status" className={styles.skeleton} aria-busy="true" aria-label={t('shared.loading')} />
}

/** What a page asks for again and again: awaited, failed, or there; and of when it is, once the server has fallen silent. */
export function Found<T>({ found, children }: { found: UseQueryResult<T>; children: (data: T) => ReactNode }) {
  const { t, i18n } = useTranslation()
  const { data, error, dataUpdatedAt } = found
  if (found.isPending) return <Skeleton />
  if (data === undefined) return error && <Failed error={error} onRetry={() => void found.refetch()} />
  return (
    <>
      {error && (
        <p className={styles.stale} role="status" data-testid="stale">
          {t('shared.stale', { time: localTime(new Date(dataUpdatedAt).toISOString(), i18n.language) })}
        </p>
      )}
      {children(data)}
    </>
  )
}
