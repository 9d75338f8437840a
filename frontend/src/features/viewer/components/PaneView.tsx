import { type PointerEvent as ReactPointerEvent, type ReactNode, useCallback, useEffect, useEffectEvent, useRef, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'

import type { Board, PaneSpec } from '../imaging/board'
import type { Tool } from '../useViewerState'

import { CornerTexts } from './CornerTexts'
import { dragAction } from './dragAction'
import { PaneNotice, type Reason } from './PaneNotice'
import styles from './PaneView.module.css'
import { wheelSteps } from './wheelSteps'

type Props = {
  board: Board
  spec: PaneSpec
  tool: Tool
  active: boolean
  heatmapOn: boolean
  note: string | undefined
  onActivate: (paneId: string) => void
  /** A click without a drag, CSS pixels from the pane's top left. */
  onPick?: ((x: number, y: number) => void) | undefined
  /** Drawn over the image. */
  children?: ReactNode
  /** Why an image could not be shown, in other words than the viewer's. */
  reason?: Reason | undefined
}

/** One viewport: the board draws into it; the mouse over it speaks to the board. */
export function PaneView({ board, spec, tool, active, heatmapOn, note, onActivate, onPick, children, reason }: Props) {
  const { t } = useTranslation()
  const frame = useRef<HTMLDivElement>(null)
  const image = useRef<HTMLDivElement>(null)
  const { id, source, geometry, heatmap } = spec
  useEffect(() => {
    if (!image.current) return
    return board.attach(spec, image.current)
    // The parts of the spec that make another picture; the object around them is made anew at each rendering.
  }, [board, id, source, geometry, heatmap]) // eslint-disable-line react-hooks/exhaustive-deps
  const snapshot = useSyncExternalStore(
    useCallback((listener) => board.subscribe(id, listener), [board, id]),
    () => board.snapshot(id),
  )
  useWheel(frame, board, id, onActivate)
  const startDrag = useDrag(board, id, tool, onPick)
  // Without its overlay a fused pane shows the original, and says so.
  const kind = spec.kind === 'fused' && !heatmapOn ? 'original' : spec.kind
  const label = t('viewer.pane.label', {
    sequence: spec.title ?? spec.sequence,
    kind: t(`viewer.pane.${kind}`),
    slice: (snapshot?.slice ?? 0) + 1,
    count: snapshot?.slices ?? 0,
  })
  return (
    <div
      ref={frame}
      className={`${styles.pane} ${active ? styles.active : ''}`}
      data-pane={id}
      data-kind={spec.kind}
      data-status={snapshot?.status ?? 'loading'}
      role="group"
      aria-label={label}
      tabIndex={0}
      onFocus={() => onActivate(id)}
      onPointerDown={(event) => {
        onActivate(id)
        startDrag(event)
      }}
      onContextMenu={(event) => event.preventDefault()}
    >
      <div ref={image} className={styles.image} />
      {snapshot && <CornerTexts snapshot={snapshot} kind={kind} sequence={spec.title ?? spec.sequence} note={note} />}
      {children}
      {snapshot && (
        <PaneNotice snapshot={snapshot} hidden={spec.kind === 'heatmap' && !heatmapOn} onRetry={() => board.retry(id)} reason={reason} />
      )}
    </div>
  )
}

/** The wheel scrolls slices; with Ctrl (a trackpad's pinch) it zooms. Not passive, so that the page stays put. */
function useWheel(frame: React.RefObject<HTMLDivElement | null>, board: Board, id: string, onActivate: (paneId: string) => void) {
  const activate = useEffectEvent(onActivate)
  useEffect(() => {
    const element = frame.current
    if (!element) return
    const steps = wheelSteps()
    const turn = (event: WheelEvent) => {
      event.preventDefault()
      activate(id)
      if (event.ctrlKey) board.zoom(id, -event.deltaY)
      else board.scroll(id, steps(event))
    }
    element.addEventListener('wheel', turn, { passive: false })
    return () => element.removeEventListener('wheel', turn)
  }, [frame, board, id])
}

/** Where a click means something, a hand that trembles by this many pixels still clicks. */
const STILL = 4

function useDrag(board: Board, id: string, tool: Tool, onPick: Props['onPick']) {
  return (down: ReactPointerEvent<HTMLDivElement>) => {
    const action = dragAction(down.button, tool)
    if (!action || (down.target as HTMLElement).closest('button')) return
    const element = down.currentTarget
    element.setPointerCapture(down.pointerId)
    const pick = down.button === 0 ? onPick : undefined
    const start = { x: down.clientX, y: down.clientY }
    let last = start
    let still = pick !== undefined
    let carried = 0
    const move = (event: PointerEvent) => {
      still &&= Math.hypot(event.clientX - start.x, event.clientY - start.y) < STILL
      if (still) return
      const dx = event.clientX - last.x
      const dy = event.clientY - last.y
      last = { x: event.clientX, y: event.clientY }
      if (action === 'window') board.dragWindow(id, dx, dy)
      if (action === 'pan') board.pan(id, dx, dy)
      if (action === 'zoom') board.zoom(id, -dy)
      if (action === 'scroll') {
        carried += dy / 6
        const steps = Math.trunc(carried)
        carried -= steps
        if (steps !== 0) board.scroll(id, steps)
      }
    }
    const end = (event: PointerEvent) => {
      const { left, top } = element.getBoundingClientRect()
      if (still && event.type === 'pointerup') pick?.(start.x - left, start.y - top)
      element.removeEventListener('pointermove', move)
      element.removeEventListener('pointerup', end)
      element.removeEventListener('pointercancel', end)
    }
    element.addEventListener('pointermove', move)
    element.addEventListener('pointerup', end)
    element.addEventListener('pointercancel', end)
  }
}
