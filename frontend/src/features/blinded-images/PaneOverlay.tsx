import { useCallback, useEffect, useEffectEvent, useSyncExternalStore } from 'react'

import type { Board, PaneSpec } from '@/features/viewer/imaging/board'
import { mmPerPixel, projected } from '@/features/viewer/imaging/projection'
import type { HangingItem } from '@/features/viewer/useHanging'

import { roleOf } from './hanging'
import styles from './PaneOverlay.module.css'
import type { Vec3 } from './point'
import type { PointAt } from './useBlindedImages'

/** A neutral ring at a point that somebody else or an earlier step marked; with a radius, the outline of a ball: a lesion. */
export interface Marker {
  key: string
  /** LPS mm. */
  point: Vec3
  /** The series that it was marked in; without it the first. */
  role?: string | undefined
  /** mm. Drawn dashed, as large as the slice cuts the ball. */
  radius?: number | undefined
  label?: string | undefined
}

type Props = {
  board: Board
  spec: PaneSpec
  point: PointAt | undefined
  markers: readonly Marker[]
  /** The series of a sequence, where it hangs. */
  frameOf: (sequence: string) => HangingItem | undefined
  onReady: () => void
}

/** The cross-hair and the rings, on their slice and, fainter, on the two beside it; tells when the image under them was painted. */
export function PaneOverlay({ board, spec, point, markers, frameOf, onReady }: Props) {
  const snapshot = useSyncExternalStore(
    useCallback((listener) => board.subscribe(spec.id, listener), [board, spec.id]),
    () => board.snapshot(spec.id),
  )
  useReady(snapshot?.status === 'ready', onReady)
  const view = snapshot?.view
  if (!view || roleOf(spec.sequence) === undefined) return null
  const here = (at: Vec3, role: string | undefined, radius = 0) => {
    const source = frameOf(role ?? spec.sequence)
    const frame = source?.status === 'ready' ? source.source.geometry.frameOfReference : undefined
    if (frame !== spec.source.geometry.frameOfReference) return undefined
    const { x, y, depth } = projected(view, spec.geometry, at)
    const slices = Math.abs(depth) / spec.geometry.spacing
    if (Math.abs(depth) < radius) return { x, y, near: false, cut: Math.sqrt(radius ** 2 - depth ** 2) / mmPerPixel(view) }
    return slices <= 1.5 ? { x, y, near: slices > 0.5 } : undefined
  }
  const cross = point && here(point.point, point.role)
  return (
    <svg className={styles.overlay} aria-hidden="true">
      {cross && <CrossHair {...cross} />}
      {markers.map(({ key, point: at, role, radius, label }) => {
        const place = here(at, role, radius)
        return place && <Ring key={key} {...place} dashed={radius !== undefined} label={label} />
      })}
    </svg>
  )
}

/** Two frames after the pane is ready its picture is on the screen. */
function useReady(ready: boolean, onReady: () => void): void {
  const tell = useEffectEvent(onReady)
  useEffect(() => {
    if (!ready) return
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => tell())
    })
    return () => cancelAnimationFrame(frame)
  }, [ready])
}

/** `cut`: radius of what the slice cuts of a ball, CSS pixels. */
type Place = { x: number; y: number; near: boolean; cut?: number }

const RING = 11
const GAP = 5
const ARM = 18

function CrossHair({ x, y, near }: Place) {
  const arms = [
    [x - ARM, y, x - GAP, y],
    [x + GAP, y, x + ARM, y],
    [x, y - ARM, x, y - GAP],
    [x, y + GAP, x, y + ARM],
  ] as const
  return (
    <g className={near ? styles.near : undefined} data-testid="cross-hair" data-near={near} data-x={Math.round(x)} data-y={Math.round(y)}>
      {(['shade', 'line'] as const).map((look) => arms.map(([x1, y1, x2, y2]) => <line key={`${look}${x1}${y1}`} x1={x1} y1={y1} x2={x2} y2={y2} className={styles[look]} />))}
    </g>
  )
}

function Ring({ x, y, near, cut, dashed, label }: Place & { dashed: boolean; label: string | undefined }) {
  const r = Math.max(cut ?? RING, 3)
  return (
    <g className={near ? styles.near : undefined} data-testid={dashed ? 'lesion' : 'marker'} data-near={near} data-x={Math.round(x)} data-y={Math.round(y)}>
      <circle cx={x} cy={y} r={r} className={styles.shade} />
      <circle cx={x} cy={y} r={r} className={styles.line} strokeDasharray={dashed ? '5 4' : undefined} />
      {label && (
        <text x={x + r + 4} y={y + 4} className={styles.label}>
          {label}
        </text>
      )}
    </g>
  )
}
