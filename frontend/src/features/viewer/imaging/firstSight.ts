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

interface Sight {
  /** How many heatmaps exceed the threshold there, and the least share of its own maximum that one of them has there. */
  seen: number
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
  return { seen: shown.length, weakest: shown.length > 0 ? Math.min(...shown) : 0 }
}

/**
 * The point to go to: where the most heatmaps are seen together, each as near to its own maximum as can be. All panes are linked by position,
 * so one network's peak must not lead the others off their series. Undefined where `here` shows as many, half as strongly at least.
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
