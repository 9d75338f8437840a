import { useTranslation } from 'react-i18next'

import type { Cutoffs, Tier } from '@/api/types'
import { tierLook } from '@/shared/tier'

import { onStrip, STRIP, writeScore } from './score'
import styles from './ScoreStrip.module.css'

type Props = { score: number | null; cutoffs: Cutoffs | null; tier: Tier | null }

/** The score from 0 to 1 as a dot on a strip, both cutoffs as ticks, the number beside it. */
export function ScoreStrip({ score, cutoffs, tier }: Props) {
  const { t } = useTranslation()
  if (score === null) return <span className={styles.absent} title={t('shared.score.none')}>—</span>
  const ticks = cutoffs ? [cutoffs.first, cutoffs.second] : []
  const [exact, short] = [writeScore(score, ticks, 3), writeScore(score, ticks)]
  const words = [t('shared.score.label', { score: exact.score })]
  if (cutoffs) words.push(t('shared.score.cutoffs', { first: exact.cutoffs[0], second: exact.cutoffs[1] }))
  const label = words.join('; ')
  const middle = STRIP.height / 2
  return (
    <span className={styles.score} title={label}>
      <svg width={STRIP.width} height={STRIP.height} role="img" aria-label={label} className={styles.strip}>
        <line x1={onStrip(0)} x2={onStrip(1)} y1={middle} y2={middle} className={styles.track} />
        <line x1={onStrip(0)} x2={onStrip(0)} y1={middle - 3} y2={middle + 3} className={styles.track} />
        <line x1={onStrip(1)} x2={onStrip(1)} y1={middle - 3} y2={middle + 3} className={styles.track} />
        {cutoffs && <line x1={onStrip(cutoffs.second)} x2={onStrip(cutoffs.second)} y1={2} y2={STRIP.height - 2} className={styles.cutoff} />}
        {cutoffs && <line x1={onStrip(cutoffs.first)} x2={onStrip(cutoffs.first)} y1={2} y2={STRIP.height - 2} className={styles.cutoff} />}
        <circle cx={onStrip(score)} cy={middle} r={4.5} fill={tierLook(tier).colour} className={styles.dot} />
      </svg>
      <span className={styles.number}>{short.score}</span>
    </span>
  )
}
