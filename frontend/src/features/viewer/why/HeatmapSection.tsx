import { useTranslation } from 'react-i18next'

import type { Explanation, HeatmapObject } from '@/api/types'
import { Button } from '@/shared/ui/Button'

import type { ViewerResult } from '../api/queries'
import type { MapMethod, ShownMap } from '../explanations'
import type { HeatmapLook } from '../imaging/heatmapColours'

import { ExplanationChoice } from './ExplanationChoice'
import { Section } from './Section'
import styles from './Why.module.css'

type Props = {
  uid: string
  result: ViewerResult
  maps: ShownMap[]
  explanations: Explanation[]
  onMap: (sequence: string, method: MapMethod) => void
  look: HeatmapLook
  onLook: (look: HeatmapLook) => void
  onPeak: () => void
}

/** While a heatmap is shown: its opacity and threshold, which map it is, and what its scale and its cells mean. */
export function HeatmapSection({ uid, result, maps, explanations, onMap, look, onLook, onPeak }: Props) {
  const { t } = useTranslation()
  return (
    <Section title={t('viewer.heatmap.title')} testId="heatmap-controls">
      <Slider label={t('viewer.heatmap.opacity')} value={look.opacity} testId="heatmap-opacity" onChange={(opacity) => onLook({ ...look, opacity })} />
      <Slider label={t('viewer.heatmap.threshold')} value={look.threshold} testId="heatmap-threshold" onChange={(threshold) => onLook({ ...look, threshold })} />
      <div className={styles.row}>
        <Button onClick={onPeak}>{t('viewer.heatmap.peak')} (m)</Button>
      </div>
      <p className={`${styles.muted} ${styles.small} ${styles.call}`}>{t('viewer.heatmap.fixed')}</p>
      {maps.map(({ sequence, method, cell_size: cell }) => (
        <div key={sequence}>
          <ExplanationChoice uid={uid} sequence={sequence as Explanation['sequence']} shown={method} explanations={explanations} onShow={(next) => onMap(sequence, next)} />
          <p className={`${styles.muted} ${styles.small}`} data-testid={`cell-size-${sequence}`}>
            {t('viewer.heatmap.scale', { sequence, scale: t(`viewer.explanation.scale.${method}`) })} {cell && t('viewer.heatmap.cells', cellWords(cell))}
          </p>
          {method === 'grad_cam' && <Pointing localisation={result.heatmaps.find((each) => each.sequence === sequence)?.localisation} />}
        </div>
      ))}
      <p className={`${styles.muted} ${styles.small}`}>{t('viewer.heatmap.pointer')}</p>
    </Section>
  )
}

/** How often this network's heatmaps point at the lesion, where its bundle says; chance in brackets. */
function Pointing({ localisation }: { localisation: HeatmapObject['localisation'] | undefined }) {
  const { t } = useTranslation()
  if (!localisation) return null
  const percent = (share: number) => (100 * share).toFixed(0)
  return (
    <p className={`${styles.muted} ${styles.small}`}>
      {t('viewer.heatmap.localisation', {
        cases: localisation.cases,
        near: percent(localisation.within_10_mm),
        nearChance: percent(localisation.within_10_mm_by_chance),
        cell: percent(localisation.within_one_cell),
        cellChance: percent(localisation.within_one_cell_by_chance),
      })}
    </p>
  )
}

/** [slice, row, column] in whole mm. */
function cellWords([slice = 0, row = 0, column = 0]: number[]) {
  return { slice: slice.toFixed(0), row: row.toFixed(0), column: column.toFixed(0) }
}

type SliderProps = { label: string; value: number; testId: string; onChange: (value: number) => void }

function Slider({ label, value, testId, onChange }: SliderProps) {
  return (
    <label>
      <span className={styles.sliderHead}>
        <span>{label}</span>
        <span>{value.toFixed(2)}</span>
      </span>
      <input className={styles.slider} type="range" min={0} max={1} step={0.05} value={value} data-testid={testId} onChange={(event) => onChange(Number(event.target.value))} />
    </label>
  )
}
