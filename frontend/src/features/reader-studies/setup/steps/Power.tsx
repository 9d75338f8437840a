import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { useRefusal } from '@/shared/useRefusal'
import { useSaid } from '@/shared/useSaid'

import { usePower } from '../../api/studies'
import type { PowerAnswer, PowerQuestion } from '../../api/types'
import { useDraft } from '../../draft/context'
import { SelectField } from '../../fields/Field'
import { NumberField } from '../../fields/NumberField'
import { FIELDS, firstQuestion, turned } from '../../protocol/power'
import type { StepProps } from '../Setup'
import styles from '../Setup.module.css'

const TESTS = ['readers', 'areas', 'proportions', 'non_inferiority'] as const
const OF = ['sensitivity', 'specificity', 'accuracy'] as const

/** How many cases for a power, or which power with so many cases; answered anew whenever something is changed. */
export function Power({ study }: StepProps) {
  const { t } = useTranslation()
  const { protocol } = useDraft()
  const { counts } = study.desk
  const known = counts.positive + counts.negative
  const [question, setQuestion] = useState<PowerQuestion>(() => firstQuestion(protocol.aim, counts.readers, known > 0 && counts.positive > 0 && counts.negative > 0 ? counts.positive / known : null))
  const [asked, setAsked] = useState(question)
  useEffect(() => {
    const timer = setTimeout(() => setAsked(question), 400)
    return () => clearTimeout(timer)
  }, [question])
  const answer = usePower(study.key, asked)
  const refusal = useRefusal('studies')
  const set = (change: Partial<PowerQuestion>) => setQuestion({ ...question, ...change })
  const ask = question.cases === null ? 'cases' : 'power'
  return (
    <section className={styles.section} aria-labelledby="power">
      <h2 id="power">{t('studySetup.power.title')}</h2>
      <p className={styles.intro}>{t('studySetup.power.intro')}</p>
      <div className={styles.fields}>
        <SelectField label={t('studySetup.power.ask')} value={ask} options={(['cases', 'power'] as const).map((one) => [one, t(`studySetup.power.askOf.${one}`)])} onChange={(one) => setQuestion(turned(question, one, counts.included))} />
        <SelectField label={t('studySetup.power.test')} value={question.test} options={TESTS.map((one) => [one, t(`studySetup.power.testOf.${one}`)])} onChange={(test) => set({ test, margin: test === 'non_inferiority' ? (question.margin ?? 0.1) : null })} />
        <NumberField label={t('studySetup.power.first')} value={question.first} least={0} most={1} whole={false} onChange={(first) => set({ first: first ?? question.first })} />
        <NumberField label={t('studySetup.power.second')} value={question.second} least={0} most={1} whole={false} onChange={(second) => set({ second: second ?? question.second })} />
        <More question={question} onSet={set} />
        <NumberField label={t('studySetup.power.prevalence')} value={question.prevalence ?? 0.5} least={0.01} most={0.99} whole={false} onChange={(prevalence) => set({ prevalence: prevalence ?? 0.5 })} />
        {ask === 'cases' ? (
          <NumberField label={t('studySetup.power.power')} value={question.power ?? 0.8} least={0.5} most={0.99} whole={false} onChange={(power) => set({ power })} />
        ) : (
          <NumberField label={t('studySetup.power.cases')} value={question.cases ?? 2} least={2} most={1_000_000} onChange={(cases) => set({ cases })} />
        )}
      </div>
      {answer.error && (
        <p className={styles.problem} role="alert">
          {refusal(answer.error)}
        </p>
      )}
      {answer.data && !answer.error && <Answer answer={answer.data} />}
    </section>
  )
}

function More({ question, onSet }: { question: PowerQuestion; onSet: (change: Partial<PowerQuestion>) => void }) {
  const { t } = useTranslation()
  const fields = FIELDS[question.test]
  return (
    <>
      {fields.includes('of') && <SelectField label={t('studySetup.power.of')} value={question.of ?? 'sensitivity'} options={OF.map((one) => [one, t(`studySetup.endpoint.${one}`)])} onChange={(of) => onSet({ of })} />}
      {fields.includes('correlation') && <NumberField label={t('studySetup.power.correlation')} value={question.correlation ?? 0.5} least={-1} most={1} whole={false} onChange={(correlation) => onSet({ correlation: correlation ?? 0.5 })} />}
      {fields.includes('margin') && <NumberField label={t('studySetup.aim.margin')} value={question.margin ?? null} least={0.001} most={0.999} whole={false} onChange={(margin) => onSet({ margin })} />}
      {fields.includes('readers') && <NumberField label={t('studySetup.power.readers')} value={question.readers ?? 2} least={1} most={1000} onChange={(readers) => onSet({ readers: readers ?? 2 })} />}
    </>
  )
}

function Answer({ answer }: { answer: PowerAnswer }) {
  const { t } = useTranslation()
  const said = useSaid()
  return (
    <div className={styles.answer} role="status" data-testid="power-answer">
      {answer.power === null || answer.cases === null ? (
        <p>{said(answer.reason)}</p>
      ) : (
        <p>
          <strong>{t('studySetup.power.answer', { cases: answer.cases, positives: answer.positives, negatives: answer.negatives, power: answer.power.toFixed(2) })}</strong>
        </p>
      )}
      <p className={styles.muted}>
        {t('studySetup.power.method', { method: answer.method, alpha: answer.alpha, sides: answer.sides })} {answer.reference}
      </p>
      <ul className={styles.muted}>
        {answer.assumptions.map((one) => (
          <li key={one}>{said(one)}</li>
        ))}
      </ul>
    </div>
  )
}
