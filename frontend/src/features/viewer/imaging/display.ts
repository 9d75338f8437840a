/** One viewport, whichever of Cornerstone's kinds it is: told what to show, it reports what it shows. */
import type { Types } from '@cornerstonejs/core'

import type { GreyWindow } from './greyWindow'
import type { HeatmapLook } from './heatmapColours'
import type { HeatmapVolume } from './heatmapVolume'
import type { PaneGeometry } from './paneGeometry'
import type { SeriesSource } from './seriesSource'
import { add, length, scale, subtract, type Vec3 } from './vector'

export type PaneKind = 'original' | 'fused' | 'heatmap'

export interface PaneContent {
  kind: PaneKind
  source: SeriesSource
  geometry: PaneGeometry
  /** Loads the sequence's heatmap (once; later calls give the same promise). */
  heatmap?: (() => Promise<HeatmapVolume>) | undefined
}

/** What a display tells the board as it goes. */
export interface DisplayReport {
  progress(done: number, total: number): void
  frameFailed(failed: boolean): void
  /** A frame is in memory: its values may set the sequence's window. */
  firstPixels(imageId: string): void
  /** The heatmap lies over the images, still hidden. */
  overlaid(heatmap: HeatmapVolume): void
}

export interface Display {
  /** Resolves when the first picture can be shown; rejects where nothing can. */
  open(signal: AbortSignal): Promise<void>
  /** Shows the slice nearest to `point`, centred on it in plane; `parallelScale` is half the view's height in mm. */
  show(point: Vec3, parallelScale: number): void
  setWindow(window: GreyWindow, invert: boolean): void
  setHeatmap(look: HeatmapLook, visible: boolean): void
  /** Tries the failed frames again. */
  retry(): void
}

/** A camera on `focalPoint` that keeps its distance and direction. */
export function aimed(camera: Types.ICamera, focalPoint: Vec3, viewNormal: Vec3, parallelScale: number): Types.ICamera {
  const away =
    camera.position && camera.focalPoint ? length(subtract(camera.position as Vec3, camera.focalPoint as Vec3)) || 1 : 1
  return { focalPoint, position: add(focalPoint, scale(viewNormal, away)), parallelScale }
}
