/** A point set and moved without a mouse. Pure. */
import { nearestSlice, onSlice, type PaneGeometry } from '@/features/viewer/imaging/paneGeometry'
import { add, cross, scale, type Vec3 } from '@/features/viewer/imaging/vector'

export type { Vec3 }

type Plane = Pick<PaneGeometry, 'axis' | 'positions' | 'up' | 'viewNormal'>

/** `centre`: the middle of the pane on the slice shown; a point that is there keeps its place in plane and comes to this slice. */
export function markHere(geometry: Plane, centre: Vec3, point: Vec3 | undefined): Vec3 {
  if (!point) return centre
  return onSlice(geometry, nearestSlice(geometry, centre), point)
}

/** `by`: mm to the right of the view, upwards, and along its axis. */
export function moved({ up, viewNormal, axis }: Plane, point: Vec3, by: Vec3): Vec3 {
  const right = cross(up, viewNormal)
  return add(add(add(point, scale(right, by[0])), scale(up, by[1])), scale(axis, by[2]))
}
