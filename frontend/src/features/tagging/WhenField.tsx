import { type Dispatch, useId } from 'react'
import { useTranslation } from 'react-i18next'

import type { CaseView, Criteria } from './api'
import { type Choice, meets } from './choices'
import type { Change, Draft, When } from './draft'
import { useDistance } from './useDistance'
import styles from './WhenField.module.css'

type Props = { choice: Choice; draft: Draft; view: CaseView; criteria: Criteria; dispatch: Dispatch<Change> }

/** The day that the basis is: one of the patient's other examinations, that of a step before, or a date that is known. */
export function WhenField({ choice, draft, view, criteria, dispatch }: Props) {
  const { t } = useTranslation()
  const distance = useDistance()
  const name = useId()
  const { when } = draft
  const set = (next: When | undefined) => dispatch({ type: 'set', values: { when: next } })
  const typed = when?.from === 'date' ? when.date : ''
  const examinations = choice.basis === 'histopathology' ? [] : view.comparisons
  return (
    <fieldset className={styles.when} data-testid="when">
      <legend>
        {t(`tagging.when.${choice.basis}`)}
        {choice.day === 'needed' && ' *'}
      </legend>
      <p className={styles.hint}>{t(`tagging.whenHint.${choice.basis}`, { ...criteria })}</p>
      {when?.from === 'step' && (
        <label className={styles.day}>
          <input type="radio" name={name} checked readOnly />
          {t('tagging.asStep', { step: t(`tagging.step.${when.step}`) })}
          {when.days !== null && `: ${distance(when.days)}`}
        </label>
      )}
      {examinations.map(({ key, days }) => (
        <label key={key} className={styles.day}>
          <input type="radio" name={name} checked={when?.from === 'comparison' && when.key === key} disabled={!meets(choice.basis, days, criteria)} onChange={() => set({ from: 'comparison', key })} />
          {distance(days)}
          {!meets(choice.basis, days, criteria) && <span className={styles.hint}> ({t('tagging.outside')})</span>}
        </label>
      ))}
      <label className={styles.day}>
        {examinations.length > 0 && <input type="radio" name={name} checked={when?.from === 'date'} onChange={() => set({ from: 'date', date: typed })} aria-label={t('tagging.typed')} />}
        {t('tagging.typed')}
        <input type="date" className={styles.date} value={typed} data-testid="date" onChange={(event) => set(event.target.value ? { from: 'date', date: event.target.value } : undefined)} />
      </label>
    </fieldset>
  )
}
