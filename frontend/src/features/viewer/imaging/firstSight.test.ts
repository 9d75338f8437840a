import { describe, expect, it } from 'vitest'

import { firstSight, type Overlay, slicesShown, strongestSlice } from './firstSight'
import type { PaneGeometry } from './paneGeometry'

/** Axial slices every `spacing` mm from `first` to `last`. */
function axial(first: number, last: number, spacing: number): PaneGeometry {
  const positions = Array.from({ length: Math.round((last - first) / spacing) + 1 }, (_, index) => first + index * spacing)
  return {
    axis: [0, 0, 1],
    viewNormal: [0, 0, -1],
    up: [0, -1, 0],
    positions,
    spacing,
    thickness: spacing,
    centre: [0, 0, (first + last) / 2],
    extent: { width: 200, height: 200 },
    reformatted: false,
  }
}

/** A heatmap that falls from 1 at `peak` to 0 at `reach` mm from it. */
const overlay = (geometry: PaneGeometry, peak: number, reach: number): Overlay => ({
  geometry,
  strengths: geometry.positions.map((at) => Math.max(0, 1 - Math.abs(at - peak) / reach)),
})

describe('where the heatmaps are looked at first', () => {
  it('is where all of them are seen well, though the peak of one lies outside the other series', () => {
    const t1 = overlay(axial(-120, 100, 1), -84, 60)
    const t2 = overlay(axial(-80, 55, 2.5), -60, 40)
    const [x, y, z] = firstSight([t1, t2], [1, 2, 30], 0.3) as number[]
    expect([x, y]).toEqual([1, 2])
    expect(z).toBeGreaterThan(-75)
    expect(z).toBeLessThan(-60)
  })

  it('weighs each heatmap by its own maximum: a faint one does not lead to the edge of a strong one', () => {
    const strong = { geometry: axial(0, 40, 10), strengths: [0.8, 0.75, 0.6, 0.45, 0.41] }
    const faint = { geometry: axial(0, 40, 10), strengths: [0.2, 0.36, 0.37, 0.4, 0.41] }
    expect(firstSight([strong, faint], [0, 0, 0], 0.3)).toEqual([0, 0, 10])
  })

  it('stays within a series whose own heatmap is nowhere seen, where the other is seen well from there', () => {
    const t1 = overlay(axial(-120, 100, 1), -83, 40)
    const faint = { geometry: axial(-80, 55, 2.5), strengths: axial(-80, 55, 2.5).positions.map(() => 0.2) }
    expect(firstSight([t1, faint], [0, 0, 30], 0.3)?.[2]).toBe(-81)
    // Far outside the other series only a faint edge would be seen from within: then the strong one is shown.
    const beyond = overlay(axial(-120, 100, 1), -108, 40)
    expect(firstSight([beyond, faint], [0, 0, 30], 0.3)?.[2]).toBe(-108)
  })

  it('is no move where all that can be seen together are seen already', () => {
    const overlays = [overlay(axial(-50, 50, 5), 10, 40), overlay(axial(-50, 50, 5), -10, 40)]
    expect(firstSight(overlays, [1, 2, 5], 0.3)).toBeUndefined()
  })

  it('is another slice where here only an edge of the heatmap is seen', () => {
    expect(firstSight([overlay(axial(-50, 50, 5), 25, 40)], [1, 2, 0], 0.3)).toEqual([1, 2, 25])
  })

  it('is none where no heatmap exceeds the threshold', () => {
    expect(firstSight([{ geometry: axial(0, 10, 5), strengths: [0.1, 0.3, 0.2] }], [0, 0, 0], 0.3)).toBeUndefined()
  })

  it('shows one of two that cannot be seen together', () => {
    const overlays = [overlay(axial(-50, 50, 5), 40, 15), overlay(axial(-50, 50, 5), -40, 15)]
    expect([40, -40]).toContain(firstSight(overlays, [0, 0, 0], 0.3)?.[2])
  })
})

it('says on which slices a heatmap exceeds the threshold', () => {
  expect(slicesShown([0, 0.3, 0.4, 0, 0.5, 0.1], 0.3)).toEqual([2, 4])
  expect(slicesShown([0, 0.3], 0.3)).toBeUndefined()
})

describe('where a heatmap is strongest', () => {
  it('is nowhere where it marks nothing', () => {
    expect(strongestSlice([0, 0, 0])).toBeUndefined()
    expect(strongestSlice([])).toBeUndefined()
  })

  it('is said below the threshold too, with its value', () => {
    expect(strongestSlice([0, 0.1, 0.21, 0.05])).toEqual({ slice: 2, value: 0.21 })
  })

  it('is the middle of the slices that one cell lights alike', () => {
    expect(strongestSlice([0, 0.4, 0.7, 0.7, 0.7, 0.2, 0.7])).toEqual({ slice: 3, value: 0.7 })
  })

  it("is the slice of the map's own peak where the scale ends on several, and never a weaker slice", () => {
    expect(strongestSlice([0.2, 1, 1, 1, 1, 0.3], 4)).toEqual({ slice: 4, value: 1 })
    expect(strongestSlice([0.2, 1, 1, 0.5, 0.9, 0.3], 5)).toEqual({ slice: 2, value: 1 })
  })
})
