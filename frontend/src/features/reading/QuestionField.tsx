import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'

import { isEmpty, labelIn, optionKey, type Question, toggled } from './form'
import styles from './QuestionField.module.css'
import { Scale } from './Scale'

export interface FieldProps {
  question: Question
  value: unknown
  /** The locked first answer, in an aided stage. */
  first: unknown
  needed: boolean
  active: boolean
  disabled: boolean
  /** What is wrong with it, in words. */
  problem: string | undefined
  /** Where the point is, and the way to it. */
  point: ReactNode
  onAnswer: (value: unknown) => void
  /** Answered for good: to the next question. */
  onDone: () => void
  onActivate: () => void
}

/** One question: what is asked, the answer, and what the reader said first. */
export function QuestionField(props: FieldProps) {
  const { question, active, disabled, problem, needed, first, onActivate } = props
  const { t, i18n } = useTranslation()
  const label = useId()
  const language = i18n.language
  const help = labelIn(question.help, language)
  const saidFirst = useSaid(question, first)
  return (
    <section
      className={styles.question}
      data-question={question.key}
      data-active={active}
      data-kind={question.kind}
      role="group"
      aria-labelledby={label}
      onFocusCapture={onActivate}
      onPointerDownCapture={onActivate}
    >
      <h2 id={label} className={styles.label}>
        {labelIn(question.label, language)}
        {needed ? (
          <span className={styles.needed} title={t('reading.needed')}>
            {' '}
            * <span className="visually-hidden">{t('reading.needed')}</span>
          </span>
        ) : (
          <span className={styles.optional}> {t('reading.optional')}</span>
        )}
        {first !== undefined && (
          <span className={styles.first} data-testid={`first-${question.key}`}>
            {t('reading.first', { answer: saidFirst })}
          </span>
        )}
      </h2>
      {help && active && <p className={styles.help}>{help}</p>}
      <fieldset className={styles.answer} disabled={disabled}>
        <Answer {...props} />
      </fieldset>
      {problem && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
    </section>
  )
}

function Answer(props: FieldProps) {
  const { question, value, first, point, active } = props
  const { i18n } = useTranslation()
  if (question.kind === 'yes_no') return <YesNo {...props} />
  if (question.kind === 'scale') return <Scale question={question} value={value} first={first} onAnswer={props.onAnswer} />
  if (question.kind === 'point') return point
  if (question.kind === 'text') {
    return (
      <textarea
        className={styles.text}
        rows={2}
        maxLength={5000}
        aria-label={labelIn(question.label, i18n.language)}
        value={typeof value === 'string' ? value : ''}
        onChange={(event) => props.onAnswer(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
      />
    )
  }
  return question.options.length > MANY && !active ? <Folded {...props} /> : <Options {...props} />
}

/** A list of more options than this is open while it is the question in hand: one line else. */
const MANY = 6

function YesNo({ question, value, onAnswer, onDone }: FieldProps) {
  const { t } = useTranslation()
  const { recurring } = useRoving(value === false ? 1 : 0, 2)
  return (
    <div className={styles.pair} role="radiogroup" aria-label={t('reading.yesOrNo')}>
      {([true, false] as const).map((answer, index) => (
        <button
          key={String(answer)}
          type="button"
          role="radio"
          aria-checked={value === answer}
          data-option={answer ? 'yes' : 'no'}
          className={styles.key}
          {...recurring(index)}
          onClick={() => {
            onAnswer(answer)
            onDone()
          }}
          data-testid={`${question.key}-${answer ? 'yes' : 'no'}`}
        >
          {t(answer ? 'reading.yes' : 'reading.no')} <kbd className={styles.kbd}>{answer ? 'y' : 'n'}</kbd>
        </button>
      ))}
    </div>
  )
}

function Options({ question, value, active, onAnswer, onDone }: FieldProps) {
  const { i18n } = useTranslation()
  const several = question.kind === 'choices'
  const { options } = question
  const isChosen = (key: string) => (several ? Array.isArray(value) && value.includes(key) : value === key)
  const { recurring } = useRoving(Math.max(0, options.findIndex(({ key }) => isChosen(key))), options.length)
  const choose = (key: string) => {
    onAnswer(several ? toggled(value, key) : key)
    if (!several) onDone()
  }
  return (
    <div className={styles.options} data-many={options.length > 4} role={several ? 'group' : 'radiogroup'} aria-label={labelIn(question.label, i18n.language)}>
      {options.map(({ key, label }, index) => (
        <button
          key={key}
          type="button"
          role={several ? 'checkbox' : 'radio'}
          aria-checked={isChosen(key)}
          data-option={key}
          className={styles.key}
          {...recurring(index)}
          onClick={() => choose(key)}
          data-testid={`${question.key}-${key}`}
        >
          <kbd className={styles.kbd} data-quiet={!active}>
            {optionKey(index)}
          </kbd>
          {labelIn(label, i18n.language)}
        </button>
      ))}
    </div>
  )
}

/** A long list's answer, or that there is none; pressing it opens the list. */
function Folded(props: FieldProps) {
  return (
    <button type="button" className={`${styles.key} ${styles.folded}`} data-chosen={!isEmpty(props.value)} aria-expanded={false} data-first onClick={props.onActivate}>
      {useSaid(props.question, props.value)}
    </button>
  )
}

/** One stop of the Tab key a question; left and right go through its options. */
function useRoving(current: number, count: number) {
  const recurring = (index: number) => ({
    tabIndex: index === current ? 0 : -1,
    'data-first': index === current ? true : undefined,
    onKeyDown: (event: React.KeyboardEvent<HTMLButtonElement>) => {
      const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
      if (step === 0 || event.shiftKey) return
      event.preventDefault()
      const all = event.currentTarget.parentElement?.querySelectorAll<HTMLButtonElement>('button')
      all?.[(index + step + count) % count]?.focus()
    },
  })
  return { recurring }
}

/** An answer in words. */
export function useSaid(question: Question, value: unknown): string {
  const { t, i18n } = useTranslation()
  if (isEmpty(value)) return t('reading.unanswered')
  if (question.kind === 'yes_no') return t(value ? 'reading.yes' : 'reading.no')
  if (question.kind === 'point') return t('reading.pointIn', { sequence: (value as { sequence?: string }).sequence ?? '' })
  const named = (key: unknown) => labelIn(question.options.find((option) => option.key === key)?.label ?? { en: String(key) }, i18n.language)
  return Array.isArray(value) ? value.map(named).join(', ') : question.kind === 'choice' ? named(value) : String(value)
}
