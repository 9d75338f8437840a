import { useTranslation } from 'react-i18next'

import { ApiError } from '@/api/client'
import { useSaid } from '@/shared/useSaid'

import styles from './Why.module.css'

/** What the server said when it refused a change; nothing was saved. */
export function Problem({ error }: { error: Error | null }) {
  const { t } = useTranslation()
  const said = useSaid()
  if (!error) return null
  return (
    <div className={styles.problem} role="alert">
      <strong>{t('viewer.problem.title')}</strong>
      <p>{said(error.message)}</p>
      {error instanceof ApiError && error.reference && (
        <p className={styles.muted}>{t('viewer.problem.reference', { reference: error.reference })}</p>
      )}
    </div>
  )
}
