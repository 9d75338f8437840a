import { describe, expect, it } from 'vitest'

import type { SeriesGeometry } from './geometry'
import { floatsOf, heatmapGrid, MAXIMUM_SIDE, strengthsAlong } from './heatmapGrid'
import type { Vec3 } from './vector'

/** Axial frames of `side`² pixels of 1 mm, at the z given, stored in that order. */
function geometry(side: number, ...z: number[]): SeriesGeometry {
  const frames = z.map((height, index) => ({
    instanceUid: '1.2',
    sopClassUid: '',
    frame: index + 1,
    plane: { position: [10, 20, height] as Vec3, row: [1, 0, 0] as Vec3, column: [0, 1, 0] as Vec3, rowSpacing: 1, columnSpacing: 1, rows: side, columns: side },
  }))
  frames.sort((a, b) => a.plane.position[2] - b.plane.position[2])
  return { frames, normal: [0, 0, 1], row: [1, 0, 0], column: [0, 1, 0], spacing: 4, plane: 'axial', frameOfReference: 'A' }
}

const bytes = (values: number[]) => new Uint8Array(new Float32Array(values).buffer)

describe('heatmapGrid', () => {
  it('puts stored frames where they lie, also when stored from the head down', () => {
    const grid = heatmapGrid(geometry(2, 8, 4, 0), [bytes([8, 8, 8, 8]), bytes([4, 4, 4, 4]), bytes([0, 0, 0, 1])])
    expect(grid.dimensions).toEqual([2, 2, 3])
    expect([...grid.values]).toEqual([0, 0, 0, 1, 4, 4, 4, 4, 8, 8, 8, 8])
    expect(grid.origin).toEqual([10, 20, 0])
    expect(grid.spacing).toEqual([1, 1, 4])
  })

  it('leaves a missing slice its place and interpolates it', () => {
    const grid = heatmapGrid(geometry(1, 0, 4, 12), [bytes([0.2]), bytes([0.4]), bytes([0.8])])
    expect(grid.dimensions[2]).toBe(4)
    expect(grid.values[2]).toBeCloseTo(0.6)
  })

  it('averages blocks of large frames and moves the origin to the first block’s centre', () => {
    const side = MAXIMUM_SIDE * 2
    const frame = new Array<number>(side * side).fill(0)
    frame[0] = 1
    const flat = bytes(new Array<number>(side * side).fill(0))
    const grid = heatmapGrid(geometry(side, 0, 4), [bytes(frame), flat])
    expect(grid.dimensions).toEqual([MAXIMUM_SIDE, MAXIMUM_SIDE, 2])
    expect(grid.values[0]).toBeCloseTo(0.25)
    expect(grid.origin).toEqual([10.5, 20.5, 0])
    expect(grid.spacing).toEqual([2, 2, 4])
  })

  it('refuses frames that are short or did not come', () => {
    expect(() => heatmapGrid(geometry(2, 0, 4), [bytes([1, 2, 3, 4])])).toThrow('missing')
    expect(() => floatsOf(new Uint8Array(12), 4)).toThrow('16 were expected')
  })

  it('reads floats at odd offsets', () => {
    const shifted = new Uint8Array(9)
    shifted.set(bytes([0.5, 0.25]), 1)
    expect([...floatsOf(shifted.subarray(1), 2)]).toEqual([0.5, 0.25])
  })
})

it('says how strong a heatmap is on each slice along an axis', () => {
  const grid = heatmapGrid(geometry(2, 0, 4, 8), [bytes([0, 0, 0, 0]), bytes([0.25, 0.75, 0, 0]), bytes([0.5, 0, 0, 0])])
  expect(strengthsAlong(grid, [0, 0, 1], [-8, 0, 4, 8, 20], 3)).toEqual([0, 0, 0.75, 0.5, 0])
  expect(strengthsAlong(grid, [1, 0, 0], [10, 11, 14], 0.8)).toEqual([0.5, 0.75, 0])
  // Reformatted slices that lie closer than the grid's: none between two of them is said to be empty.
  expect(strengthsAlong(grid, [0, 0, -1], [-8, -7, -5, -4], 1)).toEqual([0.5, 0.5, 0.75, 0.75])
})
