/** Between a pane's pixels and the patient: where a point is seen, and which point lies under the pointer. Pure. */
import { onSlice, type PaneGeometry } from './paneGeometry'
import { add, cross, dot, scale, subtract, type Vec3 } from './vector'

/** What a pane looks at: the point in its middle (LPS mm, on the slice shown), half its height in mm, its size in CSS pixels. */
export interface PaneView {
  centre: Vec3
  parallelScale: number
  width: number
  height: number
}

/** CSS pixels from the pane's top left corner, and mm from the slice shown (along the pane's axis). */
export interface Projected {
  x: number
  y: number
  depth: number
}

type Plane = Pick<PaneGeometry, 'axis' | 'viewNormal' | 'up'>

export function viewOf(geometry: PaneGeometry, slice: number, point: Vec3, parallelScale: number, element: HTMLElement): PaneView {
  return {
    centre: onSlice(geometry, slice, point),
    parallelScale,
    width: Math.max(element.clientWidth, 1),
    height: Math.max(element.clientHeight, 1),
  }
}

export function sameView(a: PaneView | undefined, b: PaneView): boolean {
  return (
    a !== undefined &&
    a.parallelScale === b.parallelScale &&
    a.width === b.width &&
    a.height === b.height &&
    a.centre.every((value, axis) => value === b.centre[axis])
  )
}

export const mmPerPixel = ({ parallelScale, height }: PaneView) => (2 * parallelScale) / height

export function projected(view: PaneView, { axis, viewNormal, up }: Plane, point: Vec3): Projected {
  const away = subtract(point, view.centre)
  const right = cross(up, viewNormal)
  return {
    x: view.width / 2 + dot(away, right) / mmPerPixel(view),
    y: view.height / 2 - dot(away, up) / mmPerPixel(view),
    depth: dot(away, axis),
  }
}

/** The point of the slice shown that lies under a place of the pane, LPS mm. */
export function pointUnder(view: PaneView, { viewNormal, up }: Plane, x: number, y: number): Vec3 {
  const right = cross(up, viewNormal)
  const across = (x - view.width / 2) * mmPerPixel(view)
  const upwards = (view.height / 2 - y) * mmPerPixel(view)
  return add(add(view.centre, scale(right, across)), scale(up, upwards))
}
