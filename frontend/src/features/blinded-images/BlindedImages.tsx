import { useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'

import { HeatmapLegend } from '@/features/viewer/components/HeatmapLegend'
import type { Reason } from '@/features/viewer/components/PaneNotice'
import { PaneView } from '@/features/viewer/components/PaneView'
import type { PaneSpec } from '@/features/viewer/imaging/board'
import { DicomwebError } from '@/features/viewer/imaging/dicomweb'
import { DEFAULT_LOOK } from '@/features/viewer/imaging/heatmapColours'
import { paneSpecs } from '@/features/viewer/paneSpecs'
import type { HangingItem } from '@/features/viewer/useHanging'
import { Button } from '@/shared/ui/Button'

import styles from './BlindedImages.module.css'
import { roleOf, rows } from './hanging'
import { type Marker, PaneOverlay } from './PaneOverlay'
import { type BlindedBoard, pickIn } from './useBlindedImages'

type Props = { images: BlindedBoard; markers?: readonly Marker[] }

const NONE: readonly Marker[] = []

/** The panes of one blinded case, and nothing that tells whose they are. */
export function BlindedImages({ images, markers = NONE }: Props) {
  const { t } = useTranslation()
  const { shown, hanging, state } = images
  const first = useFirstImage(images)
  const grid = useMemo(() => rows(shown.series), [shown.series])
  const shownRows = state.enlarged !== undefined ? [[state.enlarged]] : state.columns ? (grid[0] ?? []).map((sequence) => [sequence]) : grid
  const cell = (sequence: string | undefined, place: string) => {
    const item = hanging.items.find((each) => each.sequence === sequence)
    if (sequence === undefined) return <Quiet key={place} words={t(shown.comparison ? 'blinded.noComparison' : 'blinded.noPrior')} />
    if (!item) return <Quiet key={place} words={t('viewer.pane.loading')} />
    return <Cell key={place} images={images} item={item} markers={markers} onReady={first} />
  }
  return (
    <div className={styles.rows} role="region" aria-label={t('viewer.images')} data-testid="blinded-images">
      {shownRows.map((row, index) => (
        <div key={row.join() || index} className={styles.row}>
          {row.map((sequence, column) => cell(sequence, sequence ?? `none-${column}`))}
        </div>
      ))}
    </div>
  )
}

/** Tells once, after the first picture was painted. */
function useFirstImage({ options }: BlindedBoard): () => void {
  const told = useRef(false)
  return () => {
    if (!told.current) options.onFirstImage?.()
    told.current = true
  }
}

function Quiet({ words }: { words: string }) {
  return (
    <section className={styles.sequence}>
      <div className={styles.quiet} role="status">
        {words}
      </div>
    </section>
  )
}

type CellProps = { images: BlindedBoard; item: HangingItem; markers: readonly Marker[]; onReady: () => void }

function Cell({ images, item, markers, onReady }: CellProps) {
  return (
    <section className={styles.sequence} data-testid={`blinded-${item.sequence}`}>
      {item.status === 'failed' ? <CellFailed item={item} /> : <Panes images={images} item={item} markers={markers} onReady={onReady} />}
    </section>
  )
}

function CellFailed({ item }: { item: Extract<HangingItem, { status: 'failed' }> }) {
  const { t } = useTranslation()
  return (
    <div className={styles.quiet} role="alert">
      <p>{blindedReason(item.error, t)}</p>
      <Button onClick={item.retry}>{t('viewer.failed.retry')}</Button>
    </div>
  )
}

/** An error's own message may name an address: the reader hears what to do, and no more. */
const blindedReason: Reason = (error, t) => (error instanceof DicomwebError && error.status === 0 ? t('blinded.silent') : t('blinded.failed'))

type PanesProps = Omit<CellProps, 'item'> & { item: Extract<HangingItem, { status: 'ready' }> }

function Panes({ images, item, markers, onReady }: PanesProps) {
  const { board, state, dispatch, options, hanging } = images
  const noteOf = useNotes(images, item)
  const specs = paneSpecs(item, { layout: state.columns ? 3 : 1, overlays: state.overlays, native: false })
  const fused = specs.find(({ kind }) => kind === 'fused')
  const markable = options.onPoint !== undefined && roleOf(item.sequence) !== undefined
  const frameOf = (sequence: string) => hanging.items.find((each) => each.sequence === sequence && each.status === 'ready')
  return (
    <>
      {specs.map((spec) => (
        <PaneView
          key={spec.id}
          board={board}
          spec={spec}
          tool={state.tool}
          active={spec.id === state.active}
          heatmapOn={state.heatmap}
          note={noteOf(spec)}
          onActivate={(pane) => dispatch({ type: 'active', pane })}
          onPick={markable ? (x, y) => pickIn(images, spec.id, x, y) : undefined}
          reason={blindedReason}
        >
          <PaneOverlay board={board} spec={spec} point={options.point ?? undefined} markers={markers} frameOf={frameOf} onReady={onReady} />
        </PaneView>
      ))}
      {state.heatmap && fused && (
        <HeatmapLegend board={board} pane={fused.id} sequence={item.sequence} look={DEFAULT_LOOK} method={item.method} onGo={() => board.goToStrongest(item.sequence)} />
      )}
    </>
  )
}

/** What a pane's corner says beside its sequence: how it is cut, what is missing, how coarse its heatmap is. */
function useNotes({ shown, state }: BlindedBoard, item: PanesProps['item']): (spec: PaneSpec) => string | undefined {
  const { t } = useTranslation()
  const { nativelyAxial, plane, missing, volume } = item.hung
  const words = t(`viewer.plane.${plane}`)
  const cell = shown.heatmaps.find((map) => map.sequence === item.sequence)?.cell_size?.map((mm) => Math.round(mm))
  const notes = [
    roleOf(item.sequence) === undefined ? t(shown.comparison ? 'blinded.comparisonNote' : 'blinded.priorNote') : '',
    nativelyAxial ? '' : t(volume ? 'viewer.pane.resampled' : 'viewer.pane.native', { plane: words }),
    missing > 0 ? t('viewer.pane.missing', { missing }) : '',
  ]
  return ({ kind }) => {
    const coarse = kind !== 'original' && state.heatmap && cell?.length === 3 ? t('viewer.heatmap.cells', { slice: cell[0], row: cell[1], column: cell[2] }) : ''
    return [...notes, coarse].filter(Boolean).join('\n') || undefined
  }
}
