/** Where the heatmaps of a study are looked at first, and which slices of a pane show its own. Pure. */
import { nearestSlice, onSlice, outsideBy, type PaneGeometry } from './paneGeometry'
import type { Vec3 } from './vector'

/** A pane with its heatmap: the largest value on each of the pane's slices. */
export interface Overlay {
  geometry: PaneGeometry
  strengths: number[]
}

/** First and last slice (from 0) on which the heatmap exceeds the threshold; undefined where none does. */
export function slicesShown(strengths: number[], threshold: number): [number, number] | undefined {
  const first = strengths.findIndex((strength) => strength > threshold)
  return first < 0 ? undefined : [first, strengths.findLastIndex((strength) => strength > threshold)]
}

/** A slice (from 0) and the heatmap's largest value on it. */
export interface Strongest {
  slice: number
  value: number
}

/**
 * Where the heatmap is strongest; undefined where it marks nothing at all. Of several slices that are as strong (a cell is thicker than a
 * slice, and the scale ends at 1) the one nearest to `peak`, the slice of the map's own peak; without it the middle of the first ones.
 */
export function strongestSlice(strengths: number[], peak?: number): Strongest | undefined {
  const value = Math.max(0, ...strengths)
  if (value <= 0) return undefined
  const equal = strengths.flatMap((strength, slice) => (strength >= value * 0.999 ? [slice] : []))
  if (peak !== undefined) {
    return { slice: equal.reduce((best, slice) => (Math.abs(slice - peak) < Math.abs(best - peak) ? slice : best)), value }
  }
  const first = equal[0] as number
  const run = equal.filter((slice, index) => slice === first + index)
  return { slice: run[Math.floor((run.length - 1) / 2)] as number, value }
}

interface Sight {
  /** How many heatmaps exceed the threshold there. */
  seen: number
  /** The least share of its own maximum that one of these has there; half of it where a series does not reach that far. */
  weakest: number
}

function sightAt(overlays: Overlay[], point: Vec3, threshold: number): Sight {
  const shown = overlays
    .map(({ geometry, strengths }) => ({
      strength: outsideBy(geometry, point) > 0 ? 0 : (strengths[nearestSlice(geometry, point)] as number),
      most: Math.max(...strengths),
    }))
    .filter(({ strength }) => strength > threshold)
    .map(({ strength, most }) => strength / most)
  const allReach = overlays.every(({ geometry }) => outsideBy(geometry, point) === 0)
  return { seen: shown.length, weakest: shown.length > 0 ? Math.min(...shown) / (allReach ? 1 : 2) : 0 }
}

/**
 * The point to go to: where the most heatmaps are seen together, each as near to its own maximum as can be. All panes are linked by position,
 * so one network's peak must not lead the others off their series, be their heatmaps seen or not, unless it is more than twice as strong
 * there. Undefined where `here` shows as many, half as strongly at least.
 */
export function firstSight(overlays: Overlay[], here: Vec3, threshold: number): Vec3 | undefined {
  let best: Sight & { point?: Vec3 } = { seen: 0, weakest: 0 }
  for (const { geometry, strengths } of overlays) {
    strengths.forEach((strength, index) => {
      if (strength <= threshold) return
      const point = onSlice(geometry, index, here)
      const sight = sightAt(overlays, point, threshold)
      if (sight.seen > best.seen || (sight.seen === best.seen && sight.weakest > best.weakest)) best = { ...sight, point }
    })
  }
  const now = sightAt(overlays, here, threshold)
  return now.seen === best.seen && now.weakest >= best.weakest / 2 ? undefined : best.point
}
