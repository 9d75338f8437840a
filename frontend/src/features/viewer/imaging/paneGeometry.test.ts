import { describe, expect, it } from 'vitest'

import type { FramePlane, SeriesGeometry } from './geometry'
import { hang, openingPoint, openingScale } from './hanging'
import { fitScale, nativePane, nearestSlice, onSlice, outsideBy, panned, reformattedPane } from './paneGeometry'
import { cross, dot, type Vec3 } from './vector'

/** A block of `count` parallel frames, `gap` mm apart, 100 × 100 pixels of 2 mm. */
function block(options: { row: Vec3; column: Vec3; origin: Vec3; count: number; gap: number; frame?: string }): SeriesGeometry {
  const { row, column, origin, count, gap, frame = 'A' } = options
  const normal = cross(row, column)
  const plane = (index: number): FramePlane => ({
    position: [0, 1, 2].map((axis) => (origin[axis] as number) + index * gap * (normal[axis] as number)) as Vec3,
    row,
    column,
    rowSpacing: 2,
    columnSpacing: 2,
    rows: 100,
    columns: 100,
  })
  return {
    frames: Array.from({ length: count }, (_, index) => ({ instanceUid: `1.${index}`, sopClassUid: '', frame: 1, plane: plane(index) })),
    normal,
    row,
    column,
    spacing: gap,
    plane: Math.abs(normal[2]) > 0.5 ? 'axial' : 'sagittal',
    frameOfReference: frame,
  }
}

const axial = block({ row: [1, 0, 0], column: [0, 1, 0], origin: [-99, -99, -30], count: 21, gap: 3 })
const coarse = block({ row: [1, 0, 0], column: [0, 1, 0], origin: [-99, -99, -28], count: 11, gap: 5 })
const sagittal = block({ row: [0, 1, 0], column: [0, 0, -1], origin: [99, -99, 99], count: 100, gap: 2 })

describe('linking by position', () => {
  it('shows one point in series of different spacing: the nearest slice of each', () => {
    const point: Vec3 = [0, 0, 6.4]
    const fine = nearestSlice(nativePane(axial), point)
    const other = nearestSlice(nativePane(coarse), point)
    expect(nativePane(axial).positions[fine]).toBe(6)
    expect(nativePane(coarse).positions[other]).toBe(7)
  })

  it('moves a point along the axis only', () => {
    const pane = nativePane(axial)
    const at = onSlice(pane, 0, [12, 7, 3])
    expect(at).toEqual([12, 7, -30])
    // A tilted axis keeps the distance to the axis.
    const tilted = { axis: [0, 0.6, 0.8] as Vec3, positions: [0, 10] }
    const moved = onSlice(tilted, 1, [5, 5, 5])
    expect(dot(moved, tilted.axis)).toBeCloseTo(10)
  })

  it('says how far a point lies beyond a series', () => {
    expect(outsideBy(nativePane(axial), [0, 0, 0])).toBe(0)
    expect(outsideBy(nativePane(axial), [0, 0, 31.4])).toBe(0)
    expect(outsideBy(nativePane(axial), [0, 0, 41.5])).toBeCloseTo(10)
    expect(outsideBy(nativePane(axial), [0, 0, -51.5])).toBeCloseTo(20)
  })
})

describe('reformattedPane', () => {
  it('cuts a sagittal block into axial slices through its whole height, seen from the feet', () => {
    const pane = reformattedPane(sagittal)
    expect(pane.viewNormal.map((value) => value + 0)).toEqual([0, 0, -1])
    expect(pane.positions[0]).toBeCloseTo(-99)
    expect(pane.positions.at(-1)).toBeCloseTo(99)
    expect(pane.spacing).toBe(2)
    expect(pane.extent.height).toBeCloseTo(198)
    expect(pane.reformatted).toBe(true)
  })

  it('lies parallel to the axial series beside it', () => {
    const tilted = block({ row: [1, 0, 0], column: [0, Math.cos(0.2), Math.sin(0.2)], origin: [-99, -99, -30], count: 21, gap: 3 })
    const [first, second] = hang([sagittal, tilted])
    expect(first?.axial.axis).toEqual(second?.axial.axis)
    expect(first?.axial.up).toEqual(second?.axial.up)
    expect(first?.nativelyAxial).toBe(false)
  })

  it('does not follow a series of another frame of reference', () => {
    const other = block({ row: [1, 0, 0], column: [0, 0.8, 0.6], origin: [0, 0, 0], count: 9, gap: 3, frame: 'B' })
    expect(hang([sagittal, other])[0]?.axial.axis).toEqual([0, 0, 1])
  })

  it('keeps native planes where gaps forbid a volume', () => {
    const gappy = { ...sagittal, frames: sagittal.frames.filter((_, index) => index < 10 || index > 14) }
    expect(hang([gappy, axial])[0]).toMatchObject({ volume: false, axial: { reformatted: false } })
  })
})

describe('opening', () => {
  it('starts in the middle of the natively axial series, at the scale that holds it', () => {
    const hung = hang([sagittal, axial])
    expect(openingPoint(hung, 'A')).toEqual([0, 0, 0])
    expect(openingScale(hung, 1)).toBe(100)
    expect(fitScale(nativePane(axial), 0.5)).toBe(200)
  })
})

it('pans so that the picture follows the pointer', () => {
  const pane = nativePane(axial)
  // Seen from the feet the patient's left is at the right: dragging right brings the centre to the patient's right (−x).
  const moved = panned([0, 0, 0], pane, { dx: 10, dy: 0, height: 100, parallelScale: 50 })
  expect(moved[0]).toBeCloseTo(-10)
  const down = panned([0, 0, 0], pane, { dx: 0, dy: 10, height: 100, parallelScale: 50 })
  expect(down[1]).toBeCloseTo(-10)
})
