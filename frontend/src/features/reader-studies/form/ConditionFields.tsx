import { useTranslation } from 'react-i18next'

import { CheckField, SelectField } from '../fields/Field'
import type { Condition, Question } from '../protocol/types'
import styles from './Form.module.css'
import { conditionsFor, inLanguage } from './rules'

/** When a question is asked: always, or after certain answers to an earlier one. */
export function ConditionFields({ form, question, onChange }: { form: readonly Question[]; question: Question; onChange: (when: Condition | null) => void }) {
  const { t, i18n } = useTranslation()
  const possible = conditionsFor(form, question)
  if (possible.length === 0) return null
  const chosen = possible.find((one) => one.question.key === question.when?.question)
  const choose = (key: string) => {
    const first = possible.find((one) => one.question.key === key)?.answers[0]
    onChange(first === undefined ? null : { question: key, equals: [first] })
  }
  const toggle = (answer: boolean | string, on: boolean) => {
    if (!question.when || !chosen) return
    const equals = chosen.answers.filter((one) => (one === answer ? on : question.when?.equals.includes(one)))
    if (equals.length > 0) onChange({ ...question.when, equals })
  }
  const said = (answer: boolean | string) => (typeof answer === 'boolean' ? t(answer ? 'studies.yes' : 'studies.no') : inLanguage(chosen?.question.options.find((one) => one.key === answer)?.label ?? {}, i18n.language) || answer)
  return (
    <div className={styles.condition}>
      <SelectField
        label={t('studyForm.when')}
        value={question.when?.question ?? ''}
        options={[['', t('studyForm.always')], ...possible.map((one) => [one.question.key, t('studyForm.ifAnswer', { name: inLanguage(one.question.label, i18n.language) })] as const)]}
        onChange={choose}
      />
      {chosen && (
        <div className={styles.answers}>
          {chosen.answers.map((answer) => (
            <CheckField key={String(answer)} label={said(answer)} checked={question.when?.equals.includes(answer) ?? false} onChange={(on) => toggle(answer, on)} />
          ))}
        </div>
      )}
    </div>
  )
}
