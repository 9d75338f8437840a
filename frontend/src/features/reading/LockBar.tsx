import { useTranslation } from 'react-i18next'

import { Button } from '@/shared/ui/Button'

import type { CaseView } from './api'
import type { KeeperView } from './keeper'
import styles from './LockBar.module.css'

type Props = {
  kept: KeeperView
  view: CaseView
  corrects: boolean
  /** Whether this act is final, or the session's lock is. */
  final: boolean
  reason: string
  onReason: (reason: string) => void
  onLock: () => void
}

/** What is saved, and the act that locks; for a correction with its reason. */
export function LockBar({ kept, view, corrects, final, reason, onReason, onLock }: Props) {
  const { t } = useTranslation()
  const step = view.stages.length > 1 && view.stage === view.stages[0] ? 'lockFirst' : final ? 'lock' : 'submit'
  return (
    <div className={styles.bar}>
      {corrects && (
        <label className={styles.reason}>
          {t('reading.reason')} *
          <input value={reason} maxLength={2000} required onChange={(event) => onReason(event.target.value)} data-testid="correction-reason" />
        </label>
      )}
      <Saved kept={kept} corrects={corrects} />
      <Button look="primary" className={styles.lock} disabled={kept.acting || (corrects && reason.trim() === '')} onClick={onLock} data-testid="lock">
        {t(corrects ? 'reading.correct' : `reading.${step}`)} <kbd className={styles.kbd}>Ctrl+Enter</kbd>
      </Button>
    </div>
  )
}

function Saved({ kept, corrects }: { kept: KeeperView; corrects: boolean }) {
  const { t, i18n } = useTranslation()
  const { standing, savedAt, acting, refusal } = kept
  const time = savedAt && new Date(savedAt).toLocaleTimeString(i18n.language, { hour12: false })
  const line = { className: styles.saved, role: 'status', 'data-standing': standing, 'data-testid': 'saved' }
  if (standing === 'kept' && (acting || time !== undefined || !corrects)) return <p {...line}>{t(acting ? 'reading.notLocked' : 'reading.notSaved')}</p>
  if (standing === 'signed_out') {
    return (
      <p {...line}>
        {t('reading.signedOut')}{' '}
        <a href="/sign-in/" target="_blank" rel="noreferrer">
          {t('reading.signIn')}
        </a>
      </p>
    )
  }
  if (standing === 'refused' && refusal) return <p {...line}>{t(`reading.refused.${refusal.code}`, { defaultValue: t('reading.refused.other') })}</p>
  if (acting) return <p {...line}>{t('reading.locking')}</p>
  if (standing === 'saving' && !corrects) return <p {...line}>{t('reading.saving')}</p>
  return <p {...line}>{time && !corrects ? t('reading.saved', { time }) : '\u00a0'}</p>
}
