/** Where the heatmaps of a study are looked at first, and which slices of a pane show its own. Pure. */
import { nearestSlice, onSlice, outsideBy, type PaneGeometry } from './paneGeometry'
import { dot, type Vec3 } from './vector'

/** A pane with its heatmap: the peak's place (LPS mm), and from where to where along the pane's axis (mm) it exceeds the threshold. */
export interface Overlay {
  geometry: PaneGeometry
  peak: Vec3 | undefined
  extent: [number, number] | undefined
}

/** First and last slice (from 0) on which the heatmap shows something; undefined where no slice does. */
export function slicesShown({ positions, spacing }: PaneGeometry, extent: [number, number] | undefined): [number, number] | undefined {
  if (!extent) return undefined
  const [low, high] = extent
  const shown = positions.flatMap((at, index) => (at >= low - spacing / 2 && at <= high + spacing / 2 ? [index] : []))
  return shown.length > 0 ? [shown[0] as number, shown.at(-1) as number] : undefined
}

function seenAt(overlays: Overlay[], point: Vec3): number {
  return overlays.filter(({ geometry, extent }) => {
    const slices = slicesShown(geometry, extent)
    const slice = nearestSlice(geometry, point)
    return slices !== undefined && outsideBy(geometry, point) === 0 && slice >= slices[0] && slice <= slices[1]
  }).length
}

/** mm along the pane's own axis to its peak. */
function offPeak({ geometry, peak }: Overlay, point: Vec3): number {
  return peak ? Math.abs(dot(peak, geometry.axis) - dot(point, geometry.axis)) : Infinity
}

/**
 * The point to go to: where the most heatmaps are seen together, there nearest to a peak. All panes are linked by position, so
 * one network's peak must not lead the others off their series. Undefined where no other point shows more than `here`.
 */
export function firstSight(overlays: Overlay[], here: Vec3): Vec3 | undefined {
  let best: { point: Vec3 | undefined; seen: number; off: number } = { point: undefined, seen: seenAt(overlays, here), off: 0 }
  for (const overlay of overlays) {
    const { geometry, extent } = overlay
    const [first, last] = slicesShown(geometry, extent) ?? [0, -1]
    for (let index = first; index <= last; index += 1) {
      const point = onSlice(geometry, index, here)
      const seen = seenAt(overlays, point)
      const off = Math.min(...overlays.map((each) => offPeak(each, point)))
      if (seen > best.seen || (best.point && seen === best.seen && off < best.off)) best = { point, seen, off }
    }
  }
  return best.point
}
