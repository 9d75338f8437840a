import { describe, expect, it } from 'vitest'

import { automaticWindow, dragged, presets, rangeOf } from './greyWindow'

describe('grey windows', () => {
  it('starts from the values without their extremes', () => {
    const values = Array.from({ length: 1000 }, (_, index) => index)
    values.push(100_000)
    const { lower, upper } = rangeOf(automaticWindow(values))
    expect(lower).toBeCloseTo(5, -1)
    expect(upper).toBeLessThan(1000)
    expect(upper).toBeGreaterThan(980)
  })

  it('never has no width', () => {
    expect(automaticWindow([7, 7, 7]).width).toBeGreaterThan(0)
    expect(automaticWindow([]).width).toBeGreaterThan(0)
  })

  it('widens to the right, darkens downwards, and comes back', () => {
    const window = { width: 300, centre: 100 }
    expect(dragged(window, 30, 0).width).toBeGreaterThan(300)
    expect(dragged(window, 0, 30).centre).toBeCloseTo(130)
    expect(dragged(dragged(window, 40, 0), -40, 0).width).toBeCloseTo(300)
  })

  it('offers the scanner’s window first, where there is one', () => {
    const automatic = { width: 100, centre: 50 }
    expect(presets(automatic)[0]?.name).toBe('auto')
    expect(presets(automatic, { width: 9, centre: 3 })[0]).toEqual({ name: 'scanner', window: { width: 9, centre: 3 } })
  })
})
