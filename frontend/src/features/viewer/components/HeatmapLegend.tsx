import { useCallback, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'

import { Button } from '@/shared/ui/Button'

import type { MapMethod } from '../explanations'
import type { Board } from '../imaging/board'
import type { HeatmapLook } from '../imaging/heatmapColours'
import type { PaneSnapshot } from '../imaging/paneSnapshot'

import { ColourBar } from './ColourBar'
import styles from './HeatmapLegend.module.css'

type Props = { board: Board; pane: string; sequence: string; look: HeatmapLook; method: MapMethod; onGo: () => void }

/** A sequence's heatmap in one glance: its scale, and where it is strongest, or that it marks nothing. */
export function HeatmapLegend({ board, pane, sequence, look, method, onGo }: Props) {
  const snapshot = useSyncExternalStore(
    useCallback((listener) => board.subscribe(pane, listener), [board, pane]),
    () => board.snapshot(pane),
  )
  return (
    <div className={styles.legend} data-testid={`heatmap-legend-${sequence}`}>
      <ColourBar look={look} method={method} />
      {snapshot && snapshot.status !== 'failed' && <Strongest snapshot={snapshot} onGo={onGo} />}
    </div>
  )
}

function Strongest({ snapshot: { heatmap, slice }, onGo }: { snapshot: PaneSnapshot; onGo: () => void }) {
  const { t } = useTranslation()
  if (!heatmap) return <p className={styles.words}>{t('viewer.pane.heatmapLoading')}</p>
  const { strongest } = heatmap
  if (!strongest) return <p className={styles.words}>{t('viewer.pane.heatmapEmpty')}</p>
  const value = strongest.value < 0.005 ? '< 0.01' : strongest.value.toFixed(2)
  if (strongest.slice === slice) return <p className={styles.words}>{t('viewer.pane.strongestHere', { value })}</p>
  return (
    <Button className={styles.go} title={t('viewer.pane.strongestGo')} onClick={onGo}>
      {t('viewer.pane.strongest', { value, slice: strongest.slice + 1 })}
    </Button>
  )
}
