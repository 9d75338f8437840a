import { useTranslation } from 'react-i18next'

import { labelIn, type Question } from './form'
import styles from './Scale.module.css'

type Props = { question: Question; value: unknown; first: unknown; onAnswer: (value: number) => void }

/** 0 to 100: a wide slider without a handle until it is answered, so that nothing suggests a number; digits type it. */
export function Scale({ question, value, first, onAnswer }: Props) {
  const { t, i18n } = useTranslation()
  const set = typeof value === 'number'
  const label = labelIn(question.label, i18n.language)
  return (
    <div className={styles.scale}>
      <output className={styles.digits} data-testid={`${question.key}-value`} aria-hidden="true">
        {set ? value : '–'}
      </output>
      <div className={styles.track}>
        <input
          type="range"
          min={0}
          max={100}
          step={1}
          value={set ? value : 50}
          data-unset={!set}
          data-first
          className={styles.slider}
          aria-label={label}
          aria-valuetext={set ? String(value) : t('reading.unanswered')}
          data-testid={question.key}
          onChange={(event) => onAnswer(Number(event.target.value))}
          // A click in the very middle of an unanswered scale changes no value, but means 50.
          onPointerUp={(event) => !set && onAnswer(Number(event.currentTarget.value))}
        />
        {typeof first === 'number' && <span className={styles.first} style={{ left: placeOf(first) }} title={t('reading.first', { answer: first })} />}
      </div>
      <div className={styles.anchors} aria-hidden="true">
        {question.anchors.map(({ at, label: words }) => (
          <span key={at} className={styles.anchor} data-end={at === 0 ? 'left' : at === 100 ? 'right' : undefined} style={{ left: placeOf(at) }}>
            {labelIn(words, i18n.language)}
          </span>
        ))}
      </div>
    </div>
  )
}

/** Where the middle of the handle (16 px wide) stands for a value. */
function placeOf(value: number): string {
  return `calc(8px + (100% - 16px) * ${value / 100})`
}
