import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { Question } from '../protocol/types'
import styles from './Form.module.css'
import { asked } from './asked'
import { inLanguage } from './rules'

type Answers = Record<string, unknown>

/** The form as readers see it: 320 px, one question under another; conditions work, nothing is kept. */
export function FormPreview({ form, lroc }: { form: readonly Question[]; lroc: boolean }) {
  const { t } = useTranslation()
  const [answers, setAnswers] = useState<Answers>({})
  return (
    <aside className={styles.preview} aria-label={t('studyForm.preview')} data-testid="form-preview">
      <h3>{t('studyForm.preview')}</h3>
      {asked(form, answers, lroc).map((question) => (
        <Asked key={question.key} question={question} value={answers[question.key]} onAnswer={(value) => setAnswers({ ...answers, [question.key]: value })} />
      ))}
    </aside>
  )
}

function Asked({ question, value, onAnswer }: { question: Question; value: unknown; onAnswer: (value: unknown) => void }) {
  const { t, i18n } = useTranslation()
  const say = (words: Record<string, string>) => inLanguage(words, i18n.language)
  const help = say(question.help)
  const many = Array.isArray(value) ? (value as string[]) : []
  return (
    <fieldset className={styles.asked}>
      <legend>
        {say(question.label)}
        {!question.required && <span className={styles.facts}>{t('studyForm.optional')}</span>}
      </legend>
      {help && <p className={styles.facts}>{help}</p>}
      {question.kind === 'yes_no' && (
        <div className={styles.choices}>
          {([true, false] as const).map((one) => (
            <button key={String(one)} type="button" aria-pressed={value === one} onClick={() => onAnswer(one)}>
              {t(one ? 'studies.yes' : 'studies.no')}
            </button>
          ))}
        </div>
      )}
      {question.kind === 'scale' && (
        <>
          <input type="range" min={0} max={100} value={typeof value === 'number' ? value : 50} aria-label={say(question.label)} onChange={(event) => onAnswer(Number(event.target.value))} />
          <div className={styles.scale}>
            {question.anchors.map((anchor) => (
              <span key={anchor.at}>{say(anchor.label)}</span>
            ))}
          </div>
        </>
      )}
      {question.kind === 'point' && <p className={styles.facts}>{t('studyForm.pointHere')}</p>}
      {(question.kind === 'choice' || question.kind === 'choices') && (
        <div className={styles.choices}>
          {question.options.map((option) => {
            const on = question.kind === 'choice' ? value === option.key : many.includes(option.key)
            const next = question.kind === 'choice' ? option.key : on ? many.filter((one) => one !== option.key) : [...many, option.key]
            return (
              <button key={option.key} type="button" aria-pressed={on} onClick={() => onAnswer(next)}>
                {say(option.label)}
              </button>
            )
          })}
        </div>
      )}
      {question.kind === 'text' && <textarea rows={2} aria-label={say(question.label)} value={typeof value === 'string' ? value : ''} onChange={(event) => onAnswer(event.target.value)} />}
    </fieldset>
  )
}
