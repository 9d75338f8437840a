import { memo, useRef } from 'react'
import { useTranslation } from 'react-i18next'

import type { CutoffMark } from '@/api/types'
import { tierLook } from '@/shared/tier'

import { BINS, type Histogram } from './histogram'
import { cutoffsWritten } from './numbers'
import { Slider } from './Slider'
import { type Cutoffs, moved } from './sliding'
import styles from './Distributions.module.css'

type Props = { histogram: Histogram; marks: readonly CutoffMark[]; cutoffs: Cutoffs; onMove: (cutoffs: Cutoffs) => void }

const itself = (place: number) => place

/** Scores with recurrence above those without, the tiers behind them, and the two handles: c1 above, c2 below. */
export function Distributions({ histogram, marks, cutoffs, onMove }: Props) {
  const { t } = useTranslation()
  const track = useRef<HTMLDivElement>(null)
  const [first, second] = cutoffsWritten(cutoffs)
  return (
    <div className={styles.frame}>
      <div className={styles.track} ref={track}>
        <Regions cutoffs={cutoffs} />
        <Ghosts marks={marks} />
        <Bars histogram={histogram} />
        <i className={styles.line} style={{ left: `${100 * cutoffs.first}%` }} />
        <i className={styles.line} style={{ left: `${100 * cutoffs.second}%` }} />
        <Slider
          track={track}
          label={t('cutoffs.handle.first')}
          value={cutoffs.first}
          text={first}
          low={cutoffs.second}
          high={1}
          place={cutoffs.first}
          valueAt={itself}
          onMove={(value) => onMove(moved(cutoffs, 'first', value))}
          grip={`c1 ${first}`}
          className={styles.upper}
          testId="handle-first"
        />
        <Slider
          track={track}
          label={t('cutoffs.handle.second')}
          value={cutoffs.second}
          text={second}
          low={0}
          high={cutoffs.first}
          place={cutoffs.second}
          valueAt={itself}
          onMove={(value) => onMove(moved(cutoffs, 'second', value))}
          grip={`c2 ${second}`}
          className={styles.lower}
          testId="handle-second"
        />
      </div>
      <Axis />
    </div>
  )
}

function Regions({ cutoffs }: { cutoffs: Cutoffs }) {
  const parts = [
    ['negative', 0, cutoffs.second],
    ['suspicious', cutoffs.second, cutoffs.first],
    ['positive', cutoffs.first, 1],
  ] as const
  return parts.map(([tier, from, to]) => {
    const { colour, mark } = tierLook(tier)
    return (
      <div key={tier} className={styles.region} style={{ left: `${100 * from}%`, width: `${100 * (to - from)}%`, color: colour }} aria-hidden="true">
        <span>{mark}</span>
      </div>
    )
  })
}

const Ghosts = memo(function Ghosts({ marks }: { marks: readonly CutoffMark[] }) {
  return marks.map((mark) =>
    (['first', 'second'] as const).map((which) => (
      <i key={`${mark.key} ${which}`} className={styles.ghost} data-whose={mark.whose} style={{ left: `${100 * mark[which]}%` }} data-testid={`ghost-${mark.key}-${which}`} />
    )),
  )
})

const HALF = 100

/** Drawn once for a cohort: a handle that moves does not touch them. */
const Bars = memo(function Bars({ histogram }: { histogram: Histogram }) {
  const { t } = useTranslation()
  const sizes = { diseased: sum(histogram.diseased), healthy: sum(histogram.healthy) }
  return (
    <>
      <svg className={styles.bars} viewBox={`0 0 ${BINS} ${2 * HALF}`} preserveAspectRatio="none" role="img" aria-label={t('cutoffs.plot.label', { above: sizes.diseased, below: sizes.healthy })}>
        <Half counts={histogram.diseased} floor={HALF} className={styles.diseased} />
        <Half counts={histogram.healthy} floor={2 * HALF} className={styles.healthy} />
      </svg>
      {(['diseased', 'healthy'] as const).map((kind) => (
        <p key={kind} className={styles.name} data-kind={kind}>
          {t(`cutoffs.plot.${kind}`, { count: sizes[kind] })} <span>{t('cutoffs.plot.most', { count: Math.max(...histogram[kind]) })}</span>
        </p>
      ))}
    </>
  )
})

function Half({ counts, floor, className }: { counts: readonly number[]; floor: number; className: string | undefined }) {
  const most = Math.max(1, ...counts)
  // A tenth stays free above the tallest bar, for the names.
  const path = counts.map((count, bin) => `M${bin + 0.06} ${floor}v${(-0.72 * HALF * count) / most}h0.88v${(0.72 * HALF * count) / most}z`).join('')
  return <path d={path} className={className} />
}

const sum = (counts: readonly number[]) => counts.reduce((found, count) => found + count, 0)

function Axis() {
  return (
    <div className={styles.axis} aria-hidden="true">
      {[0, 0.2, 0.4, 0.6, 0.8, 1].map((value) => (
        <span key={value} style={{ left: `${100 * value}%` }}>
          {value}
        </span>
      ))}
    </div>
  )
}
