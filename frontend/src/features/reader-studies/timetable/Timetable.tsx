import { useTranslation } from 'react-i18next'

import type { Timetable as Found } from '../api/types'
import { inLanguage } from '../form/rules'
import type { Arm } from '../protocol/types'
import { armLetter, type Bar, layout } from './layout'
import styles from './Timetable.module.css'

const LABEL = 150
const WIDTH = 860
const ROW = 44
const TOP = 26

/** Who reads how much under which arm, session by session, with the weeks between. */
export function Timetable({ found, arms }: { found: Found; arms: readonly Arm[] }) {
  const { t, i18n } = useTranslation()
  const { columns, columnWidth, rows } = layout(found.readers, WIDTH - LABEL)
  const keys = arms.map((arm) => arm.key)
  if (rows.length === 0) return null
  const height = TOP + rows.length * ROW
  return (
    <figure className={styles.figure} data-testid="timetable">
      <svg viewBox={`0 0 ${WIDTH} ${height}`} width={WIDTH} height={height} role="img" aria-label={t('studySetup.design.timetable')}>
        {columns.map((column) => (
          <g key={column.number}>
            <text x={LABEL + column.x} y={14} className={styles.head}>
              {t('studySetup.design.session', { number: column.number })}
            </text>
            {column.wait > 0 && (
              <text x={LABEL + column.x - 42} y={14} className={styles.wait} textAnchor="middle">
                {t('studySetup.design.wait', { days: column.wait })}
              </text>
            )}
          </g>
        ))}
        {rows.map((row, index) => (
          <g key={row.key} transform={`translate(0 ${TOP + index * ROW})`}>
            <text x={0} y={17} className={styles.name}>
              {clipped(row.name, 20)}
            </text>
            <text x={0} y={32} className={styles.small}>
              {t('studySetup.design.readings', { count: row.readings })}
            </text>
            {row.sittings.map((sitting, place) => (
              <g key={sitting.number}>
                {place > 0 && <line x1={LABEL + (columns[place]?.x ?? 0) - 78} x2={LABEL + (columns[place]?.x ?? 0) - 6} y1={19} y2={19} className={styles.gap} />}
                {sitting.bars.map((bar, at) => (
                  <Stretch key={at} bar={bar} place={keys.indexOf(bar.arm)} letter={armLetter(keys, bar.arm)} title={words(bar)} />
                ))}
              </g>
            ))}
          </g>
        ))}
        <line x1={LABEL} x2={LABEL + columnWidth} y1={height - 0.5} y2={height - 0.5} className={styles.base} />
      </svg>
      <figcaption>
        <ul className={styles.legend}>
          {arms.map((arm) => (
            <li key={arm.key}>
              <b>{armLetter(keys, arm.key)}</b> {inLanguage(arm.name, i18n.language)}
            </li>
          ))}
        </ul>
        <p>{t(found.stored ? 'studySetup.design.stored' : 'studySetup.design.example')}</p>
        {found.supposed_cases && <p>{t('studySetup.design.supposed')}</p>}
      </figcaption>
    </figure>
  )

  function words(bar: Bar): string {
    const arm = arms.find((one) => one.key === bar.arm)
    return t('studySetup.design.stretch', { arm: arm ? inLanguage(arm.name, i18n.language) : bar.arm, cases: bar.cases, practice: bar.practice, repeats: bar.repeats })
  }
}

function Stretch({ bar, place, letter, title }: { bar: Bar; place: number; letter: string; title: string }) {
  const x = LABEL + bar.x
  return (
    <g data-arm={place % 6}>
      <title>{title}</title>
      <rect x={x} y={4} width={Math.max(1, bar.width - 2)} height={30} rx={3} className={styles.bar} />
      {bar.width > 40 && (
        <text x={x + 8} y={24} className={styles.inside}>
          {letter} · {bar.cases + bar.practice + bar.repeats}
        </text>
      )}
    </g>
  )
}

const clipped = (text: string, most: number) => (text.length > most ? `${text.slice(0, most - 1)}…` : text)
