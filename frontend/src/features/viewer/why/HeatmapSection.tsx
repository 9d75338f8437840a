import { useTranslation } from 'react-i18next'

import { Button } from '@/shared/ui/Button'
import { useSaid } from '@/shared/useSaid'

import type { ViewerResult } from '../api/queries'
import type { HeatmapLook } from '../imaging/heatmapColours'

import { Section } from './Section'
import styles from './Why.module.css'

type Props = { result: ViewerResult; look: HeatmapLook; onLook: (look: HeatmapLook) => void; onPeak: () => void }

/** While a heatmap is shown: its opacity and threshold, and what its scale and its cells mean. */
export function HeatmapSection({ result, look, onLook, onPeak }: Props) {
  const { t } = useTranslation()
  const said = useSaid()
  return (
    <Section title={t('viewer.heatmap.title')} testId="heatmap-controls">
      <Slider label={t('viewer.heatmap.opacity')} value={look.opacity} testId="heatmap-opacity" onChange={(opacity) => onLook({ ...look, opacity })} />
      <Slider label={t('viewer.heatmap.threshold')} value={look.threshold} testId="heatmap-threshold" onChange={(threshold) => onLook({ ...look, threshold })} />
      <div className={styles.row}>
        <Button onClick={onPeak}>{t('viewer.heatmap.peak')} (m)</Button>
      </div>
      <p className={`${styles.muted} ${styles.small} ${styles.call}`}>
        {t('viewer.heatmap.fixed')}. {[...new Set(result.heatmaps.map((each) => said(each.reference_label)))].filter(Boolean).join(' ')}
      </p>
      {result.heatmaps.map(({ sequence, cell_size: cell }) => (
        <p key={sequence} className={`${styles.muted} ${styles.small}`} data-testid={`cell-size-${sequence}`}>
          {sequence}: {cell && t('viewer.heatmap.cells', cellWords(cell))}
        </p>
      ))}
      <p className={`${styles.muted} ${styles.small}`}>{t('viewer.heatmap.pointer')}</p>
    </Section>
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
