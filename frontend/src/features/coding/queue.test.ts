import { describe, expect, it } from 'vitest'

import type { Category, ItemState } from './api'
import { keyed, parted, toggled, told, wantsRemark } from './categories'
import { afterwards, counts, following, opening } from './queue'

const items = (...states: ItemState[]) => states.map((state, place) => ({ key: `k${place}`, state }))

describe('the queue', () => {
  it('counts every state', () => {
    expect(counts(items('to_code', 'to_code', 'settled'))).toEqual({ to_code: 2, to_adjudicate: 0, waiting: 0, hidden: 0, differing: 0, settled: 1 })
  })

  it('opens what waits for this person', () => {
    expect(opening(items('settled', 'waiting', 'to_adjudicate'))).toBe('k2')
    expect(opening(items('settled', 'waiting'))).toBe('k0')
    expect(opening([])).toBeUndefined()
  })

  it('goes round, in both directions, within the states asked for', () => {
    const queue = items('to_code', 'waiting', 'to_code', 'settled')
    expect(following(queue, 'k0', ['to_code'])).toBe('k2')
    expect(following(queue, 'k2', ['to_code'])).toBe('k0')
    expect(following(queue, 'k0', ['settled', 'waiting'], -1)).toBe('k3')
    expect(following(queue, 'k2', ['waiting'], -1)).toBe('k1')
    expect(following(queue, 'k1', ['waiting'])).toBeUndefined()
  })

  it('goes on with more of the same, else with anything to do', () => {
    expect(afterwards(items('waiting', 'to_adjudicate', 'to_code'), 'k0', 'to_code')).toBe('k2')
    expect(afterwards(items('waiting', 'to_adjudicate'), 'k0', 'to_code')).toBe('k1')
    expect(afterwards(items('waiting', 'settled'), 'k0', 'to_code')).toBeUndefined()
  })
})

const category = (key: string, facts: Partial<Category> = {}): Category => ({
  key,
  error: 'false_negative',
  name: { en: key, zh: key },
  definition: { en: key, zh: key },
  own: false,
  other: false,
  ...facts,
})

describe('categories as keys', () => {
  const order = keyed([category('focal'), category('necrosis'), category('missed_other', { other: true }), category('fibrosis', { error: 'false_positive' })], 'false_negative')

  it('have digits, then letters that the images do not take', () => {
    expect(order.map(({ category: { key }, letter }) => [key, letter])).toEqual([['focal', '1'], ['necrosis', '2'], ['missed_other', '3']])
    const many = keyed(Array.from({ length: 30 }, (_, place) => category(`c${place}`)), 'false_negative')
    expect(new Set(many.slice(0, 21).map(({ letter }) => letter)).size).toBe(21)
    expect(many[29]?.letter).toBeUndefined()
    for (const taken of ['w', 'i', 'r', 'l', 'a', 'f', 'x', 'h', 't', 'm', 'n', 'p', 's', 'd', 'v']) expect(many.map(({ letter }) => letter)).not.toContain(taken)
  })

  it('are parted by precedence, not by the order of choosing', () => {
    expect(parted(order, toggled(toggled(new Set(), 'necrosis'), 'focal'))).toEqual({ primary: 'focal', contributors: ['necrosis'] })
    expect(parted(order, toggled(new Set(['focal']), 'focal'))).toEqual({ primary: undefined, contributors: [] })
  })

  it('want a remark for "other"', () => {
    expect(wantsRemark(order, new Set(['focal']))).toBe(false)
    expect(wantsRemark(order, new Set(['focal', 'missed_other']))).toBe(true)
  })

  it('are told in the language of the page, or in what there is', () => {
    expect(told({ en: 'a', zh: '甲' }, 'zh')).toBe('甲')
    expect(told({ en: 'a' }, 'zh')).toBe('a')
    expect(told({ de: 'x' }, 'zh')).toBe('x')
  })
})
