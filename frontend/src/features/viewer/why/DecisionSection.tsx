import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { Confirmation } from '@/api/types'
import { localTime, utcTime } from '@/shared/ages'
import { Button } from '@/shared/ui/Button'

import { type Decision, useDecide } from '../api/mutations'
import type { ViewerResult } from '../api/queries'

import { Problem } from './Problem'
import { Section } from './Section'
import styles from './Why.module.css'

/** A named radiologist confirms the advice or overrides it with a reason; both are kept. */
export function DecisionSection({ uid, result, radiologist }: { uid: string; result: ViewerResult; radiologist: boolean }) {
  const { t } = useTranslation()
  const [mode, setMode] = useState<'rest' | 'choose' | 'override'>('rest')
  const decide = useDecide(uid)
  const { advice, confirmation, tier, run_id } = result
  const send = (decision: Omit<Decision, 'run_id'>) => decide.mutate({ ...decision, run_id }, { onSuccess: () => setMode('rest') })
  if (tier === null) return null
  const choosing = mode === 'choose' || (mode === 'rest' && confirmation === null)
  return (
    <Section title={t('viewer.decision.title')} testId="decision">
      {confirmation && mode === 'rest' && <Decided confirmation={confirmation} onChange={radiologist ? () => setMode('choose') : undefined} />}
      {!radiologist && !confirmation && <p className={styles.muted}>{t('viewer.decision.radiologist')}</p>}
      {radiologist && choosing && (
        <div className={styles.row}>
          {advice.given && (
            <Button
              look="primary"
              data-testid="confirm"
              disabled={decide.isPending}
              onClick={() => send({ decision: 'confirmed', contrast: null, reason: '' })}
            >
              {t('viewer.decision.confirm')}
            </Button>
          )}
          <Button data-testid="override" onClick={() => setMode('override')}>
            {t(advice.given ? 'viewer.decision.override' : 'viewer.decision.decide')}
          </Button>
        </div>
      )}
      {radiologist && mode === 'override' && (
        <OverrideForm advised={advice.given ? tier !== 'negative' : null} busy={decide.isPending} onSend={send} onCancel={() => setMode('rest')} />
      )}
      <Problem error={decide.error} />
    </Section>
  )
}

function Decided({ confirmation, onChange }: { confirmation: Confirmation; onChange: (() => void) | undefined }) {
  const { t, i18n } = useTranslation()
  const { decision, contrast, by, at, reason } = confirmation
  return (
    <div data-testid="decided" data-decision={decision}>
      <p>
        <strong>{t(`viewer.decision.${decision}`)}</strong>
        {contrast !== null && ` · ${t(contrast ? 'viewer.decision.with' : 'viewer.decision.without')}`}
      </p>
      <p className={styles.muted} title={`${utcTime(at)} UTC`}>
        {by}, {localTime(at, i18n.language)}
      </p>
      {reason && <p className={styles.call}>{reason}</p>}
      {onChange && (
        <p className={styles.call}>
          <Button data-testid="decide-anew" onClick={onChange}>
            {t('viewer.decision.change')}
          </Button>
        </p>
      )}
    </div>
  )
}

type FormProps = { advised: boolean | null; busy: boolean; onSend: (decision: Omit<Decision, 'run_id'>) => void; onCancel: () => void }

/** `advised`: whether contrast is advised, null without advice; an override starts from the opposite. */
function OverrideForm({ advised, busy, onSend, onCancel }: FormProps) {
  const { t } = useTranslation()
  const [contrast, setContrast] = useState<boolean | null>(advised === null ? null : !advised)
  const [reason, setReason] = useState('')
  const ready = reason.trim() !== '' && contrast !== null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (ready) onSend({ decision: 'overridden', contrast, reason: reason.trim() })
  }
  return (
    <form onSubmit={submit}>
      <label className={styles.field}>
        <span>{t('viewer.decision.contrast')}</span>
        <select
          className={styles.input}
          value={contrast === null ? '' : String(contrast)}
          onChange={(event) => setContrast(event.target.value === '' ? null : event.target.value === 'true')}
          data-testid="override-contrast"
          autoFocus
        >
          {advised === null && <option value="">–</option>}
          <option value="true">{t('viewer.decision.with')}</option>
          <option value="false">{t('viewer.decision.without')}</option>
        </select>
      </label>
      <label className={styles.field}>
        <span>{t('viewer.decision.reason')}</span>
        <textarea className={styles.input} value={reason} maxLength={2000} required onChange={(event) => setReason(event.target.value)} data-testid="override-reason" />
      </label>
      <p className={`${styles.muted} ${styles.small}`}>{t('viewer.decision.reasonNeeded')}</p>
      <div className={`${styles.row} ${styles.call}`}>
        <Button type="submit" look="primary" disabled={!ready || busy} data-testid="override-submit">
          {t('viewer.decision.submit')}
        </Button>
        <Button onClick={onCancel}>{t('viewer.decision.cancel')}</Button>
      </div>
    </form>
  )
}
