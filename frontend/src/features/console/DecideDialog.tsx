import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { Examination } from '@/api/types'
import { tierSentence } from '@/shared/tier'

import { useDecideAtConsole } from './api'
import type { Person } from './ByPin'
import { PinDialog } from './PinDialog'
import styles from './Dialogs.module.css'

type Props = { examination: Examination; override: boolean; onClose: () => void }

/** A named person confirms the advice, or overrides it with a reason; both are kept. */
export function DecideDialog({ examination, override, onClose }: Props) {
  const { t } = useTranslation()
  const { id, run_id, advice, tier, final, decided } = examination
  const advised = advice.given ? tier !== 'negative' : null
  const [contrast, setContrast] = useState<boolean | null>(decided ? !decided.contrast : advised === null ? null : override ? !advised : advised)
  const [reason, setReason] = useState('')
  const decide = useDecideAtConsole(id)
  const ready = run_id !== null && contrast !== null && (!override || reason.trim() !== '')
  const submit = (person: Person, then: { onSuccess: () => void; onError: () => void }) => {
    if (run_id === null) return
    decide.mutate({ ...person, decision: override ? 'overridden' : 'confirmed', contrast, reason: override ? reason.trim() : '', run_id }, then)
  }
  const given = advice.given && tier ? tierSentence({ tier, final }) : 'shared.tierMeaning.none'
  const words = t(!override ? 'console.confirm' : decided ? 'console.change' : advice.given ? 'console.override' : 'console.decide')
  return (
    <PinDialog examination={examination} words={words} ready={ready} pending={decide.isPending} error={decide.error} onSubmit={submit} onClose={onClose}>
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
    </PinDialog>
  )
}
