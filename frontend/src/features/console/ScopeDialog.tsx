import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { Examination } from '@/api/types'
import { Dialog } from '@/shared/ui/Dialog'

import { useAnswerAtConsole, useQuestions } from './api'
import { ByPin, isPinned, type Pinned } from './ByPin'
import { Problem } from './Problem'
import styles from './Dialogs.module.css'

/** The scope questions that nobody has answered: a yes to any puts the examination out of scope. */
export function ScopeDialog({ examination, onClose }: { examination: Examination; onClose: () => void }) {
  const { t } = useTranslation()
  const { id } = examination
  const questions = useQuestions(id)
  const answer = useAnswerAtConsole(id)
  const [answers, setAnswers] = useState<Record<string, boolean>>({})
  const [who, setWho] = useState<Pinned>({ person: null, pin: '' })
  const open = questions.data?.filter((question) => question.answer === null) ?? []
  const ready = isPinned(who) && open.length > 0 && open.every(({ key }) => key in answers)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!ready || who.person === null) return
    answer.mutate({ person: who.person, pin: who.pin, answers }, { onSuccess: onClose, onError: () => setWho({ ...who, pin: '' }) })
  }
  return (
    <Dialog title={`${examination.accession_number}  ${examination.initials}`} onClose={onClose} testId="console-dialog" large>
      <form className={styles.form} onSubmit={submit}>
        <p className={styles.statement}>{t('console.scopeIntro')}</p>
        {open.map(({ key, text }) => (
          <fieldset key={key} className={styles.question} data-testid={`question-${key}`}>
            <legend>{t(`viewer.scope.questions.${key}`, { defaultValue: text })}</legend>
            {[false, true].map((value) => (
              <label key={String(value)} className={styles.person} data-chosen={answers[key] === value}>
                <input type="radio" name={key} checked={answers[key] === value} onChange={() => setAnswers({ ...answers, [key]: value })} />
                {t(value ? 'console.yes' : 'console.no')}
              </label>
            ))}
          </fieldset>
        ))}
        <ByPin value={who} onChange={setWho} />
        <Problem error={answer.error ?? questions.error} />
        <div className={styles.actions}>
          <button type="submit" className={styles.primary} disabled={!ready || answer.isPending} data-testid="console-submit">
            {t('console.keep')}
          </button>
          <button type="button" className={styles.button} onClick={onClose}>
            {t('shared.cancel')}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
