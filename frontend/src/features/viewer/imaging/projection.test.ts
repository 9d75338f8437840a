import { describe, expect, it } from 'vitest'

import { pointUnder, projected, sameView } from './projection'
import type { Vec3 } from './vector'

/** Axial as radiologists see it: from the feet, face upwards, so that the patient's left (LPS x ascending) is at the right. */
const AXIAL = { axis: [0, 0, 1] as Vec3, viewNormal: [0, 0, -1] as Vec3, up: [0, -1, 0] as Vec3 }
const VIEW = { centre: [10, -20, 30] as Vec3, parallelScale: 100, width: 400, height: 200 }

describe('a point in a pane', () => {
  it('is seen where the patient has it: left of the patient at the right, posterior below', () => {
    expect(projected(VIEW, AXIAL, [10, -20, 30])).toEqual({ x: 200, y: 100, depth: 0 })
    expect(projected(VIEW, AXIAL, [15, -20, 30])).toEqual({ x: 205, y: 100, depth: 0 })
    expect(projected(VIEW, AXIAL, [10, -12, 34])).toEqual({ x: 200, y: 108, depth: 4 })
  })

  it('is found again under the pixel where it is seen, whichever way the pane looks', () => {
    const oblique = { axis: [0, 0.6, 0.8] as Vec3, viewNormal: [0, -0.6, -0.8] as Vec3, up: [0, -0.8, 0.6] as Vec3 }
    for (const plane of [AXIAL, oblique]) {
      const point = pointUnder(VIEW, plane, 321, 17)
      const { x, y, depth } = projected(VIEW, plane, point)
      expect(x).toBeCloseTo(321, 9)
      expect(y).toBeCloseTo(17, 9)
      expect(depth).toBeCloseTo(0, 9)
    }
  })

  it('moves by half as many pixels when twice as much is shown', () => {
    expect(projected({ ...VIEW, parallelScale: 200 }, AXIAL, [30, -20, 30]).x).toBe(210)
    expect(projected(VIEW, AXIAL, [30, -20, 30]).x).toBe(220)
  })
})

it('tells views apart by each of their parts', () => {
  expect(sameView(VIEW, { ...VIEW, centre: [10, -20, 30] })).toBe(true)
  expect(sameView(undefined, VIEW)).toBe(false)
  for (const other of [{ parallelScale: 1 }, { width: 1 }, { height: 1 }, { centre: [10, -20, 31] as Vec3 }]) {
    expect(sameView(VIEW, { ...VIEW, ...other })).toBe(false)
  }
})
