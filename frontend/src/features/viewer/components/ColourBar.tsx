import { useId } from 'react'
import { useTranslation } from 'react-i18next'

import type { MapMethod } from '../explanations'
import { cssColour, type HeatmapLook, INFERNO } from '../imaging/heatmapColours'

import styles from './ColourBar.module.css'

const HEIGHT = 132
const WIDTH = 12
const TOP = 8
const TICKS = [0, 0.25, 0.5, 0.75, 1]

/** The one scale of all heatmaps, 0–1, with ticks and the threshold. Drawn by itself: Cornerstone's bar has no ticks. */
export function ColourBar({ look, method }: { look: HeatmapLook; method: MapMethod }) {
  const { t } = useTranslation()
  const gradient = useId()
  const at = (value: number) => TOP + (1 - value) * HEIGHT
  return (
    <svg
      className={styles.bar}
      width={58}
      height={HEIGHT + 2 * TOP}
      role="img"
      aria-label={`${t(`viewer.explanation.scale.${method}`)}. ${t('viewer.heatmap.fixed')}`}
      data-method={method}
      data-testid="colour-bar"
    >
      <defs>
        <linearGradient id={gradient} x1="0" y1="1" x2="0" y2="0">
          {INFERNO.map((colour, index) => (
            <stop key={index} offset={index / (INFERNO.length - 1)} stopColor={cssColour(colour)} />
          ))}
        </linearGradient>
      </defs>
      <rect x={38} y={TOP} width={WIDTH} height={HEIGHT} fill={`url(#${gradient})`} className={styles.frame} />
      {/* Below the threshold the overlay is transparent. */}
      <rect x={38} y={at(look.threshold)} width={WIDTH} height={TOP + HEIGHT - at(look.threshold)} className={styles.hidden} />
      <line x1={34} x2={54} y1={at(look.threshold)} y2={at(look.threshold)} className={styles.threshold} />
      {TICKS.map((tick) => (
        <g key={tick}>
          <line x1={34} x2={38} y1={at(tick)} y2={at(tick)} className={styles.tick} />
          <text x={31} y={at(tick) + 4} className={styles.label}>
            {tick}
          </text>
        </g>
      ))}
    </svg>
  )
}
