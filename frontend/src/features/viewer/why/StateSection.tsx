import { useTranslation } from 'react-i18next'

import { Button } from '@/shared/ui/Button'
import { useSaid } from '@/shared/useSaid'

import { useRetry } from '../api/mutations'
import type { ViewerResult } from '../api/queries'

import { Problem } from './Problem'
import { Section } from './Section'
import styles from './Why.module.css'

/** Where triage stands: progress while it runs, the reason and what would help where it cannot go on. Nothing once it is done. */
export function StateSection({ uid, result }: { uid: string; result: ViewerResult }) {
  const { t } = useTranslation()
  const said = useSaid()
  const retry = useRetry(uid)
  const { state, percent } = result
  const [stage, reason, remedy] = [result.stage, result.reason, result.remedy].map((words) => said(words ?? ''))
  if (state === 'done') return null
  return (
    <Section title={t('viewer.state.title')} testId="state">
      <div aria-live="polite">
        <p>
          <strong>{t(`shared.state.${state}`)}</strong>
          {state === 'running' && stage && <span className={styles.muted}> · {stage}</span>}
        </p>
        {state === 'running' && (
          <>
            <progress className={styles.progress} max={100} value={percent ?? 0} aria-label={stage} />
            <p className={styles.muted}>{t('viewer.state.percent', { percent: percent ?? 0 })}</p>
          </>
        )}
        {reason && <p>{reason}</p>}
        {remedy && (
          <p className={styles.call}>
            <span className={styles.muted}>{t('viewer.state.remedy')}: </span>
            {remedy}
          </p>
        )}
      </div>
      {state === 'failed' && (
        <p className={styles.call}>
          <Button look="primary" data-testid="retry" disabled={retry.isPending} onClick={() => retry.mutate(undefined)}>
            {t(retry.isPending ? 'viewer.state.retrying' : 'viewer.state.retry')}
          </Button>
        </p>
      )}
      <Problem error={retry.error} />
    </Section>
  )
}
