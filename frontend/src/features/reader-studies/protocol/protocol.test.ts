import { describe, expect, it } from 'vitest'

import { freeKey, moved, put, same, without } from './patch'
import { problemsOf, stepOf, stepOfFinding } from './problems'

describe('put', () => {
  const whole = { aim: { alpha: 0.05, analyses: [{ key: 'a' }, { key: 'b' }] }, told: { prevalence: '' } }

  it('changes one value and keeps every other part as it was', () => {
    const changed = put(whole, ['aim', 'analyses', 1, 'key'], 'c')
    expect(changed.aim.analyses).toEqual([{ key: 'a' }, { key: 'c' }])
    expect(changed.told).toBe(whole.told)
    expect(changed.aim.analyses[0]).toBe(whole.aim.analyses[0])
    expect(whole.aim.analyses[1]?.key).toBe('b')
  })

  it('gives the same object back where nothing changed', () => expect(put(whole, ['aim', 'alpha'], 0.05)).toBe(whole))

  it('appends at the end of a list, and nowhere beyond', () => {
    expect(put([1, 2], [2], 3)).toEqual([1, 2, 3])
    expect(() => put([1, 2], [3], 4)).toThrow('no place 3 among 2')
  })

  it('refuses a name that is not there', () => expect(() => put(whole, ['aim', 'alhpa'], 1)).toThrow('no alhpa'))
})

describe('lists', () => {
  it.each([
    [0, 1, ['b', 'a', 'c']],
    [2, -1, ['a', 'c', 'b']],
    [0, -1, ['a', 'b', 'c']],
    [2, 5, ['a', 'b', 'c']],
  ])('move entry %d by %d', (from, by, wanted) => expect(moved(['a', 'b', 'c'], from, by)).toEqual(wanted))

  it('lose one entry', () => expect(without(['a', 'b', 'c'], 1)).toEqual(['a', 'c']))
})

describe('freeKey', () => {
  it.each([
    ['Site of it', [], 'site_of_it'],
    ['site', ['site', 'site_2'], 'site_3'],
    ['部位', [], 'item'],
    ['1st arm', [], 'st_arm'],
  ])('makes of %j beside %j %s', (base, taken, wanted) => {
    const key = freeKey(base, taken)
    expect(key).toBe(wanted)
    expect(key).toMatch(/^[a-z][a-z0-9_]{0,39}$/)
  })
})

describe('same', () => {
  it.each([
    [{ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }, true],
    [{ a: 1 }, { a: 1, b: undefined }, false],
    [[1, 2], [2, 1], false],
    [[], {}, false],
    [null, {}, false],
  ])('of %j and %j', (one, other, wanted) => expect(same(one, other)).toBe(wanted))
})

describe('problems', () => {
  it.each([
    ['aim.analyses.0.margin', 'aim'],
    ['protocol.design.arms.1.key', 'design'],
    ['cases', 'cases'],
    ['members.3', 'members'],
    ['told.prevalence', 'form'],
    ['blinding', 'blinding'],
    ['something_new', 'open'],
  ])('of %s belong to step %s', (field, step) => expect(stepOf(field)).toBe(step))

  it('that a check finds lead to where they can be mended', () => {
    expect(stepOfFinding({ code: 'prevalence_untold', step: 'aim' })).toBe('form')
    expect(stepOfFinding({ code: 'no_primary', step: 'aim' })).toBe('aim')
  })

  it('stand beside their field and what holds it, not beside its neighbours', () => {
    const found = [
      { field: 'design.arms.0.key', detail: 'x' },
      { field: 'design.arms_of_old', detail: 'y' },
    ]
    expect(problemsOf(found, 'design.arms')).toEqual([found[0]])
    expect(problemsOf(found, 'design.arms.0.key')).toEqual([found[0]])
    expect(problemsOf(found, 'design.arms.0.name')).toEqual([])
  })
})
