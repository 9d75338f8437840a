import { describe, expect, it } from 'vitest'

import { inOrder, merge } from './live'
import { makeRow } from './rows.fixture'

const a = makeRow('a')
const b = makeRow('b')
const c = makeRow('c')
const d = makeRow('d')
const uids = (shown: ReturnType<typeof merge>) => shown.rows.map((row) => row.uid).join('')
const later = (uid: string) => makeRow(uid, { changed_at: '2026-11-23T17:30:00Z', tier: 'suspicious' })

describe('merge', () => {
  it('renews a row where it stands, even when the fresh order is another', () => {
    const shown = merge(inOrder([a, b, c]), [later('c'), a, b], true)
    expect(uids(shown)).toBe('abc')
    expect(shown.rows[2]?.tier).toBe('suspicious')
    expect(shown.outOfOrder).toBe(true)
    expect([...shown.changed]).toEqual(['c'])
  })

  it('offers no re-sort while the order still holds', () => {
    const shown = merge(inOrder([a, b]), [a, later('b')], true)
    expect(shown.outOfOrder).toBe(false)
    expect(shown.changed.size).toBe(0)
  })

  it('lets a new row in at its place when nobody points at the rows', () => {
    expect(uids(merge(inOrder([a, b]), [d, a, c, b], false))).toBe('dacb')
  })

  it('lets a new row in below the others while somebody does, and says so', () => {
    const shown = merge(inOrder([a, b]), [d, a, b], true)
    expect(uids(shown)).toBe('abd')
    expect(shown.outOfOrder).toBe(true)
    expect([...shown.changed]).toEqual(['d'])
  })

  it('keeps a row that no longer belongs until the list is put in order', () => {
    const shown = merge(inOrder([a, b, c]), [a, c], false)
    expect(uids(shown)).toBe('abc')
    expect([...shown.left]).toEqual(['b'])
    expect(shown.outOfOrder).toBe(true)
  })

  it('counts what changed since the list was last in order, over several answers', () => {
    const first = merge(inOrder([a, b, c]), [later('c'), a, b], true)
    const second = merge(first, [later('c'), later('b'), a], true)
    expect([...second.changed].sort()).toEqual(['b', 'c'])
  })

  it('forgets all of it when the fresh order is the shown one again', () => {
    const out = merge(inOrder([a, b]), [b, a], true)
    expect(merge(out, [a, b], true)).toEqual(inOrder([a, b]))
  })
})
