import { describe, expect, it } from 'vitest'

import { firstSight, type Overlay, slicesShown } from './firstSight'
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

const overlay = (geometry: PaneGeometry, peak: number, extent?: [number, number]): Overlay => ({ geometry, peak: [3, 4, peak], extent })

describe('where the heatmaps are looked at first', () => {
  it('is where all of them show, though the peak of one lies outside the other series', () => {
    const t1 = overlay(axial(-120, 100, 1), -84, [-100, -60])
    const t2 = overlay(axial(-80, 55, 2.5), -70, [-80, -50])
    expect(firstSight([t1, t2], [0, 0, 0])).toEqual([0, 0, -70])
  })

  it('is no move where all that can be seen together are seen already', () => {
    const t1 = overlay(axial(-50, 50, 5), 20, [-10, 30])
    expect(firstSight([t1, overlay(axial(-50, 50, 5), -10, [-20, 10])], [1, 2, 0])).toBeUndefined()
  })

  it('is the peak of a single heatmap, and the view keeps its centre in plane', () => {
    expect(firstSight([overlay(axial(-50, 50, 5), 30, [20, 40])], [1, 2, 0])).toEqual([1, 2, 30])
  })

  it('is none where no heatmap exceeds the threshold', () => {
    expect(firstSight([overlay(axial(-50, 50, 5), 30)], [0, 0, 0])).toBeUndefined()
  })

  it('shows one of two that cannot be seen together', () => {
    const t1 = overlay(axial(-50, 50, 5), 40, [35, 50])
    const t2 = overlay(axial(-50, 50, 5), -40, [-50, -35])
    expect([40, -40]).toContain(firstSight([t1, t2], [0, 0, 0])?.[2])
  })
})

it('says which slices of a pane show its heatmap', () => {
  expect(slicesShown(axial(0, 50, 5), [11, 24])).toEqual([2, 5])
  expect(slicesShown(axial(0, 50, 5), undefined)).toBeUndefined()
  expect(slicesShown(axial(0, 50, 5), [80, 90])).toBeUndefined()
})
