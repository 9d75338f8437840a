import { describe, expect, it } from 'vitest'

import type { Flow } from '../api/types'
import { storeysOf } from './storeys'

const flow = (more: Partial<Flow> = {}): Flow => ({
  assessed: 30,
  excluded: 4,
  exclusions: [
    { exclusion: 'surgery', reason: '', count: 1 },
    { exclusion: 'other', reason: 'Another language', count: 3 },
  ],
  practice: 2,
  included: 23,
  truth: { positive: 12, negative: 11, unknown: 0 },
  patients: 23,
  withdrawn: [{ number: 4, reason: 'Consent' }],
  read: [],
  targets: { positive: 12, negative: 12, unknown: 0 },
  ...more,
})

/** What goes in at the top comes out: below, or at the side. */
const sum = (counts: number[]) => counts.reduce((one, other) => one + other, 0)

describe('storeysOf', () => {
  it('loses no case on the way down', () => {
    const { storeys, leaves } = storeysOf(flow(), (key) => key)
    storeys.forEach(({ main, left }, index) => {
      const below = storeys[index + 1]?.main.count ?? sum(leaves.map((one) => one.count))
      expect(main.count, main.id).toBe(sum(left.map((one) => one.count)) + below)
    })
  })

  it('names each reason, a free one in its own words', () => {
    const excluded = storeysOf(flow(), (key) => key).storeys[0]?.left[0]
    expect(excluded?.details).toEqual([{ text: 'exclusion.surgery', count: 1 }, { text: 'Another language', count: 3 }])
  })

  it('shows no empty box: nothing left out, nothing practised, truths not established only where there are any', () => {
    const { storeys, leaves } = storeysOf(flow({ assessed: 23, excluded: 0, exclusions: [], practice: 0, withdrawn: [] }), (key) => key)
    expect(storeys.map((one) => [one.main.id, one.left.length])).toEqual([['assessed', 0], ['included', 0]])
    expect(leaves.map((one) => one.id)).toEqual(['positive', 'negative'])
    expect(storeysOf(flow({ included: 0 }), (key) => key).leaves).toEqual([])
  })
})
