import { useId } from 'react'
import { useTranslation } from 'react-i18next'

import type { Flow } from '../api/types'
import { layout, SIZES } from './layout'
import styles from './StardFlow.module.css'
import { storeysOf } from './storeys'

/** The STARD flow diagram of a study's cases, drawn anew with every case that comes or goes. */
export function StardFlow({ flow }: { flow: Flow }) {
  const { t } = useTranslation()
  const head = useId()
  const { storeys, leaves } = storeysOf(flow, (key) => t(`studyCases.flow.${key}`))
  const { width, height, boxes, arrows } = layout(storeys, leaves)
  const spoken = boxes.map((box) => box.lines.map((line) => line.text).join(' ')).join('; ')
  return (
    <svg className={styles.flow} viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={`${t('studyCases.flow.title')}: ${spoken}`} data-testid="stard-flow">
      <defs>
        <marker id={head} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
          <path d="M0 0.5 L7.5 4 L0 7.5 z" className={styles.head} />
        </marker>
      </defs>
      {arrows.map((arrow) => (
        <polyline key={arrow.id} points={arrow.points.map((point) => point.join(',')).join(' ')} className={styles.arrow} markerEnd={`url(#${head})`} />
      ))}
      {boxes.map((box) => (
        <g key={box.id}>
          <rect x={box.x} y={box.y} width={box.width} height={box.height} className={styles.box} />
          {box.lines.map((line, index) => (
            <text key={index} x={box.x + SIZES.padding + (line.indent ? 10 : 0)} y={box.y + SIZES.padding + SIZES.line * (index + 0.72)} className={line.bold ? styles.bold : styles.text} fontSize={SIZES.text}>
              {line.text}
            </text>
          ))}
        </g>
      ))}
    </svg>
  )
}
