import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { Examination } from '@/api/types'
import { Dialog } from '@/shared/ui/Dialog'
import { tierSentence } from '@/shared/tier'

import { useDecideAtConsole } from './api'
import { ByPin, isPinned, type Pinned } from './ByPin'
import { Problem } from './Problem'
import styles from './Dialogs.module.css'

type Props = { examination: Examination; override: boolean; onClose: () => void }

/** A named person confirms the advice, or overrides it with a reason; both are kept. */
export function DecideDialog({ examination, override, onClose }: Props) {
  const { t } = useTranslation()
  const { id, run_id, advice, tier, final, decided } = examination
  const advised = advice.given ? tier !== 'negative' : null
  const [who, setWho] = useState<Pinned>({ person: null, pin: '' })
  const [contrast, setContrast] = useState<boolean | null>(decided ? !decided.contrast : advised === null ? null : override ? !advised : advised)
  const [reason, setReason] = useState('')
  const decide = useDecideAtConsole(id)
  const ready = isPinned(who) && run_id !== null && contrast !== null && (!override || reason.trim() !== '')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!ready || who.person === null || run_id === null) return
    const decision = override ? 'overridden' : 'confirmed'
    decide.mutate(
      { person: who.person, pin: who.pin, decision, contrast, reason: override ? reason.trim() : '', run_id },
      { onSuccess: onClose, onError: () => setWho({ ...who, pin: '' }) },
    )
  }
  const given = advice.given && tier ? tierSentence({ tier, final }) : 'shared.tierMeaning.none'
  return (
    <Dialog title={`${examination.accession_number}  ${examination.initials}`} onClose={onClose} testId="console-dialog" large>
      <form className={styles.form} onSubmit={submit}>
        <p className={styles.statement}>{t(given)}</p>
        {override ? (
          <>
            <fieldset className={styles.choice}>
              <legend>{t('console.goesOn')}</legend>
              {[true, false].map((value) => (
                <label key={String(value)} className={styles.person} data-chosen={contrast === value}>
                  <input type="radio" name="contrast" checked={contrast === value} onChange={() => setContrast(value)} />
                  {t(value ? 'console.withContrast' : 'console.withoutContrast')}
                </label>
              ))}
            </fieldset>
            <label className={styles.field}>
              <span>{t('console.reason')}</span>
              <textarea className={styles.input} rows={1} maxLength={2000} value={reason} onChange={(event) => setReason(event.target.value)} data-testid="console-reason" />
            </label>
          </>
        ) : (
          <p className={styles.statement}>
            <strong>{t(contrast ? 'console.goesOnWith' : 'console.goesOnWithout')}</strong>
          </p>
        )}
        <ByPin value={who} onChange={setWho} />
        <Problem error={decide.error} />
        <div className={styles.actions}>
          <button type="submit" className={styles.primary} disabled={!ready || decide.isPending} data-testid="console-submit">
            {t(!override ? 'console.confirm' : decided ? 'console.change' : advice.given ? 'console.override' : 'console.decide')}
          </button>
          <button type="button" className={styles.button} onClick={onClose}>
            {t('shared.cancel')}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
