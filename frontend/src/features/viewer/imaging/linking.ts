/** Linking by position: one point of the patient is shown in every pane, whatever its spacing or plane. */
import type { SeriesGeometry } from './geometry'
import { add, dot, scale, subtract, type Vec3 } from './vector'

/** The index of the frame whose plane lies nearest to a point (LPS mm). */
export function nearestFrame(geometry: Pick<SeriesGeometry, 'frames' | 'normal'>, point: Vec3): number {
  const wanted = dot(point, geometry.normal)
  let best = 0
  let smallest = Infinity
  geometry.frames.forEach((frame, index) => {
    const away = Math.abs(dot(frame.plane.position, geometry.normal) - wanted)
    if (away < smallest) {
      smallest = away
      best = index
    }
  })
  return best
}

/** How far outside a series' first or last slice a point lies along its normal, in mm; 0 inside (half a slice allowed). */
export function outsideBy(geometry: Pick<SeriesGeometry, 'frames' | 'normal' | 'spacing'>, point: Vec3): number {
  const along = geometry.frames.map((frame) => dot(frame.plane.position, geometry.normal))
  const wanted = dot(point, geometry.normal)
  const half = geometry.spacing / 2
  return Math.max(0, Math.min(...along) - half - wanted, wanted - Math.max(...along) - half)
}

/** `point` moved along `normal` into the plane that runs through `through`. */
export function ontoPlane(point: Vec3, through: Vec3, normal: Vec3): Vec3 {
  return add(point, scale(normal, dot(subtract(through, point), normal)))
}

/** Evenly spaced positions (mm along the normal) of a reformat; `step` is the series' finest spacing, at least 1 mm. */
export interface SliceLadder {
  first: number
  step: number
  count: number
}

/** The slices of a reformat: through all eight corners of the volume, `step` mm apart. */
export function sliceLadder(corners: Vec3[], normal: Vec3, step: number): SliceLadder {
  const along = corners.map((corner) => dot(corner, normal))
  const first = Math.min(...along)
  const count = Math.max(1, Math.floor((Math.max(...along) - first) / step + 1e-6) + 1)
  return { first, step, count }
}

/** The rung nearest to a point, kept on the ladder. */
export function nearestRung(ladder: SliceLadder, point: Vec3, normal: Vec3): number {
  const rung = Math.round((dot(point, normal) - ladder.first) / ladder.step)
  return Math.min(Math.max(rung, 0), ladder.count - 1)
}
