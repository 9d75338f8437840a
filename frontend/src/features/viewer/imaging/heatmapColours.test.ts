import { describe, expect, it } from 'vitest'

import { INFERNO, opacityAt, opacityMapping, rgbPoints } from './heatmapColours'

describe('the heatmap’s look', () => {
  it('is transparent below the threshold and full above its soft edge', () => {
    const look = { opacity: 0.5, threshold: 0.4 }
    expect(opacityAt(0, look)).toBe(0)
    expect(opacityAt(0.39, look)).toBe(0)
    expect(opacityAt(0.44, look)).toBeCloseTo(0.25)
    expect(opacityAt(0.6, look)).toBeCloseTo(0.5)
    expect(opacityAt(1, look)).toBeCloseTo(0.5)
  })

  it('keeps its points ascending at both ends of the slider', () => {
    for (const threshold of [0, 0.5, 0.95, 1]) {
      const values = opacityMapping(threshold).map(({ value }) => value)
      expect(values).toEqual([...values].sort((a, b) => a - b))
      expect(new Set(values).size).toBe(values.length)
    }
  })

  it('runs from 0 to 1 and grows lighter all the way: no rainbow', () => {
    const points = rgbPoints()
    expect(points[0]).toBe(0)
    expect(points.at(-4)).toBe(1)
    const lightness = INFERNO.map(([red, green, blue]) => 0.2126 * red + 0.7152 * green + 0.0722 * blue)
    expect(lightness).toEqual([...lightness].sort((a, b) => a - b))
  })
})
