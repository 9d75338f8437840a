import { describe, expect, it } from 'vitest'

import type { DicomJson } from './dicomJson'
import { NoGeometry, planeOf, seriesGeometry, slotsOf } from './geometry'

const element = (...Value: unknown[]) => ({ Value })

function slice(z: number, options: { orientation?: number[]; uid?: string } = {}): DicomJson {
  return {
    '00080018': element(options.uid ?? `1.2.${z}`),
    '00200052': element('1.9'),
    '00200032': element(-100, -90, z),
    '00200037': element(...(options.orientation ?? [1, 0, 0, 0, 1, 0])),
    '00280010': element(180),
    '00280011': element(200),
    '00280030': element(1.1, 0.9),
    '00180050': element(4),
    '00281050': element('300'),
    '00281051': element('600'),
  }
}

function enhanced(positions: number[][]): DicomJson {
  return {
    '00080018': element('1.7'),
    '00200052': element('1.9'),
    '00280008': element(positions.length),
    '00280010': element(64),
    '00280011': element(64),
    '52009229': element({
      '00209116': element({ '00200037': element(0, 1, 0, 0, 0, -1) }),
      '00289110': element({ '00280030': element(2, 2), '00180050': element(3) }),
    }),
    '52009230': element(...positions.map((position) => ({ '00209113': element({ '00200032': element(...position) }) }))),
  }
}

describe('seriesGeometry', () => {
  it('sorts classic frames ascending along row × column, whatever their stored order', () => {
    const geometry = seriesGeometry([slice(10), slice(-5), slice(5), slice(0)])
    expect(geometry.normal).toEqual([0, 0, 1])
    expect(geometry.frames.map(({ plane }) => plane.position[2])).toEqual([-5, 0, 5, 10])
    expect(geometry.spacing).toBe(5)
    expect(geometry.plane).toBe('axial')
    expect(geometry.frames[0]?.window).toEqual({ width: 600, centre: 300 })
    expect(geometry.frames[0]?.plane).toMatchObject({ rowSpacing: 1.1, columnSpacing: 0.9, thickness: 4, rows: 180, columns: 200 })
  })

  it('reads per-frame and shared groups of a multi-frame object, and names its frames from 1', () => {
    // Sagittal, row to posterior, column to the feet: row × column points to the right (−x).
    const geometry = seriesGeometry([enhanced([[3, 0, 0], [0, 0, 0], [6, 0, 0]])])
    expect(geometry.plane).toBe('sagittal')
    expect(geometry.normal.map((value) => value + 0)).toEqual([-1, 0, 0])
    expect(geometry.frames.map(({ frame }) => frame)).toEqual([3, 1, 2])
    expect(geometry.spacing).toBe(3)
  })

  it('refuses series without places and with planes that are not parallel', () => {
    expect(() => seriesGeometry([{ '00080018': element('1.2'), '00280010': element(2), '00280011': element(2) }])).toThrow(NoGeometry)
    expect(() => seriesGeometry([slice(0), slice(5, { orientation: [0, 1, 0, 0, 0, -1] })])).toThrow('not parallel')
  })
})

describe('slotsOf', () => {
  const slots = (...positions: number[]) => slotsOf(seriesGeometry(positions.map((z) => slice(z))))

  it('numbers even slices and leaves room for a missing one', () => {
    expect(slots(0, 5, 10, 15)).toEqual([0, 1, 2, 3])
    expect(slots(0, 5, 10, 20, 25)).toEqual([0, 1, 2, 4, 5])
  })

  it('finds no volume in wide gaps, uneven slices, repeats or a single slice', () => {
    expect(slots(0, 5, 10, 15, 35, 40)).toBeUndefined()
    expect(slots(0, 5, 10, 17, 22)).toBeUndefined()
    expect(slots(0, 5, 5, 10)).toBeUndefined()
    expect(slots(0)).toBeUndefined()
  })
})

it('names the plane by the largest component', () => {
  expect(planeOf([0.1, -0.2, 0.97])).toBe('axial')
  expect(planeOf([-0.99, 0.1, 0])).toBe('sagittal')
  expect(planeOf([0, 0.8, 0.6])).toBe('coronal')
})
