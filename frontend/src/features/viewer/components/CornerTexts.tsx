import { useTranslation } from 'react-i18next'

import type { PaneKind } from '../imaging/display'
import type { PaneSnapshot } from '../imaging/paneSnapshot'

import styles from './CornerTexts.module.css'

type Props = { snapshot: PaneSnapshot; kind: PaneKind; sequence: string; note: string | undefined }

/** Sequence, slice, window, thickness and orientation letters; never the patient, so that a screenshot carries no name. */
export function CornerTexts({ snapshot, kind, sequence, note }: Props) {
  const { t } = useTranslation()
  const { letters, window, preset, thickness, spacing, outside } = snapshot
  const mm = (value: number) => (Math.round(value * 10) / 10).toString()
  return (
    <div className={styles.texts} aria-hidden="true">
      <div className={styles.topLeft}>
        <strong>{sequence}</strong>
        {kind !== 'original' && ` ${t(`viewer.pane.${kind}`)}`}
        {note && <div className={styles.note}>{note}</div>}
        {kind !== 'original' && <HeatmapElsewhere snapshot={snapshot} />}
        {outside > 0 && <div className={styles.warning}>{t('viewer.pane.outside', { mm: mm(outside) })}</div>}
      </div>
      <div className={styles.bottomLeft}>
        <div data-slice={snapshot.slice + 1}>{t('viewer.pane.slice', { slice: snapshot.slice + 1, count: snapshot.slices })}</div>
        {kind !== 'heatmap' && window && (
          <div>
            {t('viewer.pane.window', { width: shown(window.width), centre: shown(window.centre) })}
            {preset && <span className={styles.preset}> {t(`viewer.preset.${preset}`)}</span>}
          </div>
        )}
        <div>
          {thickness !== undefined && `${t('viewer.pane.thickness', { mm: mm(thickness) })} · `}
          {t('viewer.pane.spacing', { mm: mm(spacing) })}
        </div>
      </div>
      <span className={styles.top}>{letters.top}</span>
      <span className={styles.bottom}>{letters.bottom}</span>
      <span className={styles.left}>{letters.left}</span>
      <span className={styles.right}>{letters.right}</span>
    </div>
  )
}

/** Why a pane with a heatmap shows none of it here: it lies on other slices, or nowhere above the threshold. */
function HeatmapElsewhere({ snapshot: { heatmap, slice } }: { snapshot: PaneSnapshot }) {
  const { t } = useTranslation()
  if (!heatmap) return null
  const { slices, threshold, strongest } = heatmap
  if (!strongest) return null // its legend says that nothing is marked
  if (!slices) return <div className={styles.note}>{t('viewer.pane.heatmapNone', { threshold: threshold.toFixed(2) })}</div>
  const [first, last] = slices
  if (slice >= first && slice <= last) return null
  return <div className={styles.note}>{t('viewer.pane.heatmapElsewhere', { first: first + 1, last: last + 1 })}</div>
}

/** Whole numbers, but for windows narrower than ten (values from 0 to 1). */
function shown(value: number): string {
  return Math.abs(value) < 10 ? value.toFixed(2) : Math.round(value).toString()
}
