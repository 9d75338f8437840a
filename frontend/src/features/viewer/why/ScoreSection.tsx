import { useTranslation } from 'react-i18next'

import { tierLook } from '@/shared/tier'
import { writeScore } from '@/shared/ui/score'

import type { ViewerResult } from '../api/queries'

import { Section } from './Section'
import styles from './Why.module.css'
import { WideStrip } from './WideStrip'

/** The scores against their cutoffs, and what the tactic makes of them. */
export function ScoreSection({ result }: { result: ViewerResult }) {
  const { t } = useTranslation()
  const { scores, cutoffs, tier, nearest } = result
  if (scores.T1_T2 === null) return null
  const first = cutoffs?.first ?? null
  const second = cutoffs?.second ?? null
  const written = writeScore(scores.T1_T2, [first, second], 3)
  const ticks = [
    ...(second === null ? [] : [{ value: second, words: t('viewer.why.second', { value: written.cutoffs[1] }) }]),
    ...(first === null ? [] : [{ value: first, words: t('viewer.why.first', { value: written.cutoffs[0] }) }]),
  ]
  return (
    <Section title={t('viewer.why.scores')} testId="scores">
      <div className={styles.score} title={t('viewer.why.weights')}>
        <span>{t('viewer.why.fusedScore')}</span>
        <strong>{written.score}</strong>
      </div>
      <WideStrip value={scores.T1_T2} ticks={ticks} colour={tierLook(tier).colour} label={t('viewer.why.fusedScore')} />
      {ticks.map(({ value, words }) => (
        <p key={value} className={`${styles.muted} ${styles.small}`}>
          {words}
        </p>
      ))}
      {nearest && nearest.of > 0 && (
        <p className={styles.call}>
          {t('viewer.why.nearest', {
            recurrences: nearest.recurrences,
            of: nearest.of,
            low: Math.round(nearest.low * 100),
            high: Math.round(nearest.high * 100),
          })}
        </p>
      )}
      <Network name="T1WI" score={scores.T1WI} />
      <Network name="T2WI" score={scores.T2WI} />
      {scores.T1WIC !== null && <Network name="T1WIC" score={scores.T1WIC} cutoff={cutoffs?.T1WIC ?? null} />}
      <FinalCall result={result} />
    </Section>
  )
}

function Network({ name, score, cutoff = null }: { name: string; score: number | null; cutoff?: number | null }) {
  const { t } = useTranslation()
  if (score === null) return null
  const written = writeScore(score, [cutoff], 3)
  const words = cutoff === null ? t('viewer.why.noCutoff') : t('viewer.why.networkCutoff', { value: written.cutoffs[0] })
  return (
    <div className={styles.network} title={words}>
      <div className={styles.networkHead}>
        <span>{name}</span>
        <span>{written.score}</span>
      </div>
      <WideStrip value={score} ticks={cutoff === null ? [] : [{ value: cutoff, words }]} colour="var(--text)" label={name} />
      {cutoff !== null && <p className={`${styles.muted} ${styles.small}`}>{words}</p>}
    </div>
  )
}

function FinalCall({ result: { tier, final } }: { result: ViewerResult }) {
  const { t } = useTranslation()
  if (!final) return null
  const heard = tier === 'suspicious' && final !== 'pending'
  return (
    <p className={styles.call} data-testid="final-call">
      <span className={styles.muted}>{t('viewer.why.call')}: </span>
      {t(heard ? `viewer.why.finalAfterT1wic.${final}` : `viewer.why.final.${final}`)}
    </p>
  )
}
