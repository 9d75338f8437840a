import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { asked, isNeeded } from '@/features/reading/form'
import { QuestionField } from '@/features/reading/QuestionField'

import type { Question } from '../protocol/types'
import styles from './Form.module.css'

/** The form as readers see it, with the reading room's own fields: conditions work, nothing is kept. */
export function FormPreview({ form, lroc }: { form: readonly Question[]; lroc: boolean }) {
  const { t } = useTranslation()
  const [answers, setAnswers] = useState<Record<string, unknown>>({})
  const [active, setActive] = useState(form[0]?.key)
  return (
    <aside className={styles.preview} aria-label={t('studyForm.preview')} data-testid="form-preview">
      <h3>{t('studyForm.preview')}</h3>
      {asked(form, answers, lroc).map((question) => (
        <QuestionField
          key={question.key}
          question={question}
          value={answers[question.key]}
          first={undefined}
          needed={isNeeded(question, lroc)}
          active={active === question.key}
          disabled={false}
          problem={undefined}
          point={<p className={styles.facts}>{t('studyForm.pointHere')}</p>}
          onAnswer={(value) => setAnswers({ ...answers, [question.key]: value })}
          onDone={() => undefined}
          onActivate={() => setActive(question.key)}
        />
      ))}
    </aside>
  )
}
