import { useTranslation } from 'react-i18next'

import type { BlindedBoard } from '@/features/blinded-images/useBlindedImages'
import { writeScore } from '@/shared/ui/score'
import { ScoreStrip } from '@/shared/ui/ScoreStrip'

import type { Aid } from './api'
import styles from './AidPanel.module.css'

type Props = { aid: Aid; images: BlindedBoard }

/** What the networks say, once the unaided answer is locked: scores on their cutoffs, and the way to the heatmaps. */
export function AidPanel({ aid: { scores, cutoffs, heatmaps }, images }: Props) {
  const { t } = useTranslation()
  const { state, dispatch, overlay } = images
  const both = cutoffs.first !== null && cutoffs.second !== null ? { first: cutoffs.first, second: cutoffs.second } : null
  // In as many decimals as it takes to read no score onto the other side of a cutoff.
  const [first, second] = writeScore(scores.T1_T2 ?? 0, [cutoffs.first, cutoffs.second]).cutoffs
  return (
    <section className={styles.aid} aria-label={t('reading.aid.title')} data-testid="aid">
      <div className={styles.row}>
        <strong>AI</strong>
        <span className={styles.name}>T1_T2</span>
        <ScoreStrip score={scores.T1_T2} cutoffs={both} tier={null} />
      </div>
      {both && <p className={styles.note}>{t('reading.aid.cutoffs', { first, second })}</p>}
      <p className={styles.singles}>
        {(['T1WI', 'T2WI', 'T1WIC'] as const)
          .filter((sequence) => scores[sequence] !== null)
          .map((sequence) => (
            <Single key={sequence} sequence={sequence} score={scores[sequence] as number} cutoff={sequence === 'T1WIC' ? cutoffs.T1WIC : null} />
          ))}
      </p>
      {heatmaps.length > 0 && (
        <div className={styles.buttons}>
          <button type="button" className={styles.key} aria-pressed={state.heatmap} disabled={!overlay} onClick={() => dispatch({ type: 'heatmap' })} data-testid="aid-heatmap">
            {t('viewer.heatmap.title')} <kbd className={styles.kbd}>h</kbd>
          </button>
          <button type="button" className={styles.key} aria-pressed={state.columns} disabled={!overlay} onClick={() => dispatch({ type: 'columns' })} data-testid="aid-columns">
            {t('blinded.keys.columns')} <kbd className={styles.kbd}>t</kbd>
          </button>
        </div>
      )}
      {state.heatmap && (
        <p className={styles.note}>
          {t('viewer.heatmap.pointer')} {t('viewer.heatmap.fixed')}
        </p>
      )}
    </section>
  )
}

function Single({ sequence, score, cutoff }: { sequence: string; score: number; cutoff: number | null }) {
  const { t } = useTranslation()
  const written = writeScore(score, [cutoff])
  return (
    <span>
      {sequence} <b>{written.score}</b>
      {written.cutoffs[0] && ` (${t('reading.aid.cutoff', { cutoff: written.cutoffs[0] })})`}
    </span>
  )
}
