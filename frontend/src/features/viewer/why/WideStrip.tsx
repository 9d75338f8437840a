import { writeScore } from '@/shared/ui/score'

import styles from './Why.module.css'

type Props = { value: number; ticks: { value: number; words: string }[]; colour: string; label: string }

const x = (value: number) => `${Math.min(Math.max(value, 0), 1) * 100}%`

/** A score from 0 to 1 as a dot on a strip as wide as the panel, cutoffs as ticks. */
export function WideStrip({ value, ticks, colour, label }: Props) {
  const { score } = writeScore(
    value,
    ticks.map((tick) => tick.value),
    3,
  )
  const words = [`${label} ${score}`, ...ticks.map((tick) => tick.words)].join('; ')
  return (
    <svg className={styles.strip} height={16} role="img" aria-label={words}>
      <line x1="0%" x2="100%" y1={8} y2={8} className={styles.track} />
      <line x1="0%" x2="0%" y1={5} y2={11} className={styles.track} />
      <line x1="100%" x2="100%" y1={5} y2={11} className={styles.track} />
      {ticks.map((tick) => (
        <line key={tick.words} x1={x(tick.value)} x2={x(tick.value)} y1={2} y2={14} className={styles.cutoff} />
      ))}
      <circle cx={x(value)} cy={8} r={4.5} fill={colour} className={styles.dot} />
    </svg>
  )
}
