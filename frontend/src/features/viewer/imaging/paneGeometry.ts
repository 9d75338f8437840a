/** What one pane shows of a series: which planes, from which side, in how many steps. Native frames or a reformat. */
import { centreOf, type SeriesGeometry } from './geometry'
import { add, cross, dot, negate, scale, subtract, type Vec3 } from './vector'

/** `axis`: along which `positions` (mm, ascending) count; the viewer looks against `viewNormal`, `up` points to the top edge. */
export interface PaneGeometry {
  axis: Vec3
  viewNormal: Vec3
  up: Vec3
  positions: number[]
  /** mm between neighbouring slices, and the thickness of one. */
  spacing: number
  thickness: number | undefined
  centre: Vec3
  /** Size of the imaged block across and down the view, mm. */
  extent: { width: number; height: number }
  reformatted: boolean
}

/** Radiologists' axial: from the feet, face upwards. */
export const STANDARD_AXIAL: Pick<PaneGeometry, 'axis' | 'up'> = { axis: [0, 0, 1], up: [0, -1, 0] }

/** The eight corners of a series' block, at the outermost voxel centres, LPS mm. */
export function cornersOf(geometry: SeriesGeometry): Vec3[] {
  return [geometry.frames[0], geometry.frames.at(-1)].flatMap((frame) => {
    const { position, row, column, columnSpacing, rowSpacing, rows, columns } = (frame as SeriesGeometry['frames'][number]).plane
    const across = scale(row, (columns - 1) * columnSpacing)
    const down = scale(column, (rows - 1) * rowSpacing)
    return [position, add(position, across), add(position, down), add(add(position, across), down)]
  })
}

function span(corners: Vec3[], direction: Vec3): number {
  const along = corners.map((corner) => dot(corner, direction))
  return Math.max(...along) - Math.min(...along)
}

function blockCentre(geometry: SeriesGeometry): Vec3 {
  const first = centreOf((geometry.frames[0] as SeriesGeometry['frames'][number]).plane)
  const last = centreOf((geometry.frames.at(-1) as SeriesGeometry['frames'][number]).plane)
  return scale(add(first, last), 0.5)
}

/** The series' own frames, seen as they were acquired. */
export function nativePane(geometry: SeriesGeometry): PaneGeometry {
  const plane = (geometry.frames[0] as SeriesGeometry['frames'][number]).plane
  return {
    axis: geometry.normal,
    viewNormal: negate(geometry.normal),
    up: negate(geometry.column),
    positions: geometry.frames.map((frame) => dot(frame.plane.position, geometry.normal)),
    spacing: geometry.spacing,
    thickness: plane.thickness,
    centre: blockCentre(geometry),
    extent: { width: plane.columns * plane.columnSpacing, height: plane.rows * plane.rowSpacing },
    reformatted: false,
  }
}

/** The series cut anew, parallel to `like` (the axial series beside it) where there is one, else standard axial. */
export function reformattedPane(geometry: SeriesGeometry, like: Pick<PaneGeometry, 'axis' | 'up'> = STANDARD_AXIAL): PaneGeometry {
  const plane = (geometry.frames[0] as SeriesGeometry['frames'][number]).plane
  const spacing = Math.max(Math.min(plane.rowSpacing, plane.columnSpacing, geometry.spacing), 1)
  const corners = cornersOf(geometry)
  const along = corners.map((corner) => dot(corner, like.axis))
  const first = Math.min(...along)
  const count = Math.max(1, Math.floor((Math.max(...along) - first) / spacing + 1e-6) + 1)
  return {
    axis: like.axis,
    viewNormal: negate(like.axis),
    up: like.up,
    positions: Array.from({ length: count }, (_, index) => first + index * spacing),
    spacing,
    thickness: undefined,
    centre: blockCentre(geometry),
    extent: { width: span(corners, cross(like.up, negate(like.axis))), height: span(corners, like.up) },
    reformatted: true,
  }
}

/** The index of the slice nearest to a point (LPS mm). */
export function nearestSlice({ positions, axis }: Pick<PaneGeometry, 'positions' | 'axis'>, point: Vec3): number {
  const wanted = dot(point, axis)
  let best = 0
  positions.forEach((position, index) => {
    if (Math.abs(position - wanted) < Math.abs((positions[best] as number) - wanted)) best = index
  })
  return best
}

/** `point` moved along the axis into slice `index`. */
export function onSlice({ positions, axis }: Pick<PaneGeometry, 'positions' | 'axis'>, index: number, point: Vec3): Vec3 {
  return add(point, scale(axis, (positions[index] as number) - dot(point, axis)))
}

/** How far a point lies beyond the first or last slice, in mm; 0 inside (half a slice is inside). */
export function outsideBy({ positions, axis, spacing }: Pick<PaneGeometry, 'positions' | 'axis' | 'spacing'>, point: Vec3): number {
  const wanted = dot(point, axis)
  const first = (positions[0] as number) - spacing / 2
  const last = (positions.at(-1) as number) + spacing / 2
  return Math.max(0, first - wanted, wanted - last)
}

/** Half the height (mm) that a view of this aspect (width / height) needs to hold the whole block: Cornerstone's parallelScale. */
export function fitScale({ extent }: Pick<PaneGeometry, 'extent'>, aspect: number): number {
  return Math.max(extent.height, extent.width / aspect) / 2
}

/** mm moved in the patient by a drag of `dx`, `dy` pixels in a view `height` pixels high: the content follows the pointer. */
export function panned(
  point: Vec3,
  { viewNormal, up }: Pick<PaneGeometry, 'viewNormal' | 'up'>,
  drag: { dx: number; dy: number; height: number; parallelScale: number },
): Vec3 {
  const mmPerPixel = (2 * drag.parallelScale) / drag.height
  const right = cross(up, viewNormal)
  return subtract(add(point, scale(up, drag.dy * mmPerPixel)), scale(right, drag.dx * mmPerPixel))
}
