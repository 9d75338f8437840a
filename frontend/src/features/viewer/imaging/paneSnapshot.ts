/** What React knows of a pane: plain values, replaced as a whole. */
import type { Strongest } from './firstSight'
import type { GreyWindow, PresetName } from './greyWindow'
import { edgeLetters, type EdgeLetters } from './orientationLetters'
import { nearestSlice, outsideBy, type PaneGeometry } from './paneGeometry'
import type { PaneView } from './projection'
import type { Vec3 } from './vector'

export interface PaneSnapshot {
  status: 'loading' | 'ready' | 'failed'
  error: Error | undefined
  frameFailed: boolean
  progress: { done: number; total: number } | undefined
  slice: number
  slices: number
  letters: EdgeLetters
  window: GreyWindow | undefined
  preset: PresetName | undefined
  /** What the pane looks at; undefined before it was aimed. */
  view: PaneView | undefined
  thickness: number | undefined
  spacing: number
  /** mm beyond this series' first or last slice; 0 inside. */
  outside: number
  /** First and last slice (from 0) on which the heatmap exceeds the threshold, and where it is strongest (none: undefined); undefined before it came. */
  heatmap: { slices: [number, number] | undefined; threshold: number; strongest: Strongest | undefined } | undefined
}

export function emptySnapshot(geometry: PaneGeometry, point: Vec3): PaneSnapshot {
  return {
    status: 'loading',
    error: undefined,
    frameFailed: false,
    progress: undefined,
    slices: geometry.positions.length,
    letters: edgeLetters(geometry.viewNormal, geometry.up),
    window: undefined,
    preset: undefined,
    view: undefined,
    thickness: geometry.thickness,
    spacing: geometry.spacing,
    heatmap: undefined,
    ...placeOf(geometry, point),
  }
}

export function placeOf(geometry: PaneGeometry, point: Vec3): Pick<PaneSnapshot, 'slice' | 'outside'> {
  return { slice: nearestSlice(geometry, point), outside: outsideBy(geometry, point) }
}
