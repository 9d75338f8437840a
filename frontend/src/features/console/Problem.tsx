import { useRefusal } from '@/shared/useRefusal'

import styles from './Dialogs.module.css'

/** Why it was refused. */
export function Problem({ error }: { error: Error | null }) {
  const refusal = useRefusal('console')
  if (!error) return null
  return (
    <p className={styles.problem} role="alert" data-testid="console-problem">
      {refusal(error)}
    </p>
  )
}
