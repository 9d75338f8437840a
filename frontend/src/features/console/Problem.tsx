import { useTranslation } from 'react-i18next'

import { ApiError, UNREACHABLE } from '@/api/client'

import styles from './Dialogs.module.css'

const KNOWN = ['wrong_pin', 'nobody', 'locked_out', 'shadow_mode', 'result_is_stale', 'result_replaced', 'nothing_to_confirm', 'not_found', 'unknown_kiosk', UNREACHABLE]

/** Why it was refused, in the reader's language where the refusal is one that is known. */
export function Problem({ error }: { error: Error | null }) {
  const { t } = useTranslation()
  if (!error) return null
  const code = error instanceof ApiError ? error.code : ''
  return (
    <p className={styles.problem} role="alert" data-testid="console-problem">
      {KNOWN.includes(code) ? t(`console.refused.${code}`) : error.message}
    </p>
  )
}
