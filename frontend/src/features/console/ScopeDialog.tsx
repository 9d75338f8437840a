import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { Examination } from '@/api/types'

import { useAnswerAtConsole, useQuestions } from './api'
import { PinDialog } from './PinDialog'
import styles from './Dialogs.module.css'

/** The scope questions that nobody has answered: a yes to any puts the examination out of scope. */
export function ScopeDialog({ examination, onClose }: { examination: Examination; onClose: () => void }) {
  const { t } = useTranslation()
  const questions = useQuestions(examination.id)
  const answer = useAnswerAtConsole(examination.id)
  const [answers, setAnswers] = useState<Record<string, boolean>>({})
  const open = questions.data?.filter((question) => question.answer === null) ?? []
  const ready = open.length > 0 && open.every(({ key }) => key in answers)
  return (
    <PinDialog
      examination={examination}
      words={t('console.keep')}
      ready={ready}
      pending={answer.isPending}
      error={answer.error ?? questions.error}
      onSubmit={(person, then) => answer.mutate({ ...person, answers }, then)}
      onClose={onClose}
    >
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
    </PinDialog>
  )
}
