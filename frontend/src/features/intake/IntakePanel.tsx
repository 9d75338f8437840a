import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'

import { ApiError } from '@/api/client'
import { Button } from '@/shared/ui/Button'
import { CopyableReference } from '@/shared/ui/Failed'

import styles from './IntakePanel.module.css'
import { useIntake } from './IntakeProvider'
import { IntakeReport } from './IntakeReport'
import { megabytes } from './report'
import { type IntakeState, isBusy, percent } from './state'

/** The panel of one intake: choose, follow, and read what became of each file. */
export function IntakePanel() {
  const { t } = useTranslation()
  const { state, hide, cancel, chooseFiles, chooseFolder } = useIntake()
  const panel = useRef<HTMLElement>(null)
  useEffect(() => panel.current?.querySelector<HTMLElement>('[data-first]')?.focus(), [])
  const busy = isBusy(state)
  return (
    <aside
      ref={panel}
      className={styles.panel}
      aria-label={t('intake.title')}
      data-testid="intake-panel"
      onKeyDown={(event) => event.key === 'Escape' && hide()}
    >
      <header className={styles.header}>
        <h2>{t('intake.title')}</h2>
        <Button look="quiet" aria-label={t('shared.close')} onClick={hide}>
          ×
        </Button>
      </header>
      {busy ? (
        <Progress state={state} onCancel={cancel} />
      ) : (
        <div className={styles.choose}>
          <p>{t('intake.invite')}</p>
          <div className={styles.buttons}>
            <Button data-first onClick={chooseFiles}>
              {t('intake.chooseFiles')}
            </Button>
            <Button onClick={chooseFolder}>{t('intake.chooseFolder')}</Button>
          </div>
          <p className={styles.muted}>{t('intake.kept')}</p>
        </div>
      )}
      {state.phase === 'failed' && state.error && <IntakeFailed state={state} error={state.error} />}
      {state.phase === 'cancelled' && (
        <p className={styles.block} role="status">
          {t('intake.cancelled', { count: state.report.stored })}
        </p>
      )}
      {(state.phase === 'done' || state.phase === 'cancelled' || state.phase === 'failed') && (
        <IntakeReport report={state.report} complete={state.phase === 'done'} />
      )}
    </aside>
  )
}

function Progress({ state, onCancel }: { state: IntakeState; onCancel: () => void }) {
  const { t } = useTranslation()
  const arrived = state.phase === 'sending' && percent(state) === 100
  const words = arrived
    ? t('intake.storing', { mb: megabytes(state.bytes) })
    : state.phase === 'sending'
      ? t('intake.sending', {
          sent: state.filesSent,
          files: state.files,
          mbSent: megabytes(state.bytesSent),
          mb: megabytes(state.bytes),
        })
      : t(`intake.${state.phase}`)
  return (
    <div className={styles.block} data-testid="intake-progress">
      <progress className={styles.bar} max={100} value={percent(state)} aria-label={t('intake.title')} />
      <p>{words}</p>
      <div className={styles.buttons}>
        <Button data-first onClick={onCancel} disabled={state.phase === 'finishing'}>
          {t('shared.cancel')}
        </Button>
      </div>
    </div>
  )
}

function IntakeFailed({ state, error }: { state: IntakeState; error: Error }) {
  const { t } = useTranslation()
  const full = error instanceof ApiError && error.code === 'storage_full'
  return (
    <div className={`${styles.block} ${styles.failed}`} role="alert" data-testid="intake-failed">
      <h3>{full ? t('intake.fullTitle') : t('intake.failedTitle')}</h3>
      <p>{t('intake.safe', { count: state.report.stored })}</p>
      <p>{full ? t('intake.fullDo') : t('intake.failedDo')}</p>
      <p className={styles.muted}>{error.message}</p>
      {error instanceof ApiError && error.reference && <CopyableReference reference={error.reference} />}
    </div>
  )
}
