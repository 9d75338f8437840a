import { describe, expect, it } from 'vitest'

import { keyed, moved, placeOf, PREVALENCE, prevalenceAt } from './sliding'

describe('handles', () => {
  it('keep their order: neither goes past the other', () => {
    expect(moved({ first: 0.5, second: 0.2 }, 'second', 0.7)).toEqual({ first: 0.5, second: 0.5 })
    expect(moved({ first: 0.5, second: 0.2 }, 'first', 0.1)).toEqual({ first: 0.2, second: 0.2 })
    expect(moved({ first: 0.43271, second: 0.2 }, 'second', 0.433)).toEqual({ first: 0.43271, second: 0.43271 })
  })

  it('stand on whole thousandths from 0 to 1', () => {
    expect(moved({ first: 0.5, second: 0.2 }, 'first', 0.65432).first).toBe(0.654)
    expect(moved({ first: 0.5, second: 0.2 }, 'first', 1.7).first).toBe(1)
    expect(moved({ first: 0.5, second: 0.2 }, 'second', -3).second).toBe(0)
  })

  it('answer keys: thousandths, with shift hundredths', () => {
    expect(keyed('ArrowRight', false, 0.2, 0, 1)).toBe(0.201)
    expect(keyed('ArrowDown', false, 0.2, 0, 1)).toBe(0.199)
    expect(keyed('ArrowUp', true, 0.2, 0, 1)).toBe(0.21)
    expect(keyed('PageDown', false, 0.2, 0, 1)).toBe(0.15)
    expect(keyed('Home', false, 0.2, 0.001, 0.9)).toBe(0.001)
    expect(keyed('End', false, 0.2, 0, 0.5)).toBe(0.5)
    expect(keyed('ArrowLeft', true, 0.004, 0, 1)).toBe(0)
    expect(keyed('a', false, 0.2, 0, 1)).toBeNull()
  })

  it('a prevalence and its place on the track are each other’s', () => {
    for (const share of [0.001, 0.01, 0.03, 0.2, 0.45, 0.9]) expect(prevalenceAt(placeOf(share))).toBeCloseTo(share, 6)
    expect([prevalenceAt(-1), prevalenceAt(2)]).toEqual([PREVALENCE.low, PREVALENCE.high])
  })
})
