import { describe, expect, it } from 'vitest'

import type { Said } from './api'
import { CHOICES, choiceSaying, meets } from './choices'
import { bodyOf, change, type Change, type Draft, fromMine, fromSaid, missing, nextStage, NOTHING, RADII } from './draft'

const CRITERIA = { growth_from: 61, growth_to: 183, free: 365 }
const SAID: Said = {
  step: 'junior',
  version: 1,
  recurrence: true,
  basis: 'growth',
  basis_days: 92,
  rt_stage: 'rT2',
  sites: ['orbit'],
  kinds: ['mass'],
  marks: [{ point: [1, 2, 3], radius: 9 }],
  segmentation: '',
  nodal_only: false,
  debatable: true,
  remark: 'Grew.',
}
const acts = (...list: Change[]): Draft => list.reduce(change, NOTHING)
const date = (value: string): Change => ({ type: 'set', values: { when: { from: 'date', date: value } } })

describe('the choices', () => {
  it('have a digit of their own each, from 1 to 9', () => {
    expect(CHOICES.map(({ digit }) => digit)).toEqual([...'123456789'])
  })

  it('say what they were read from', () => {
    for (const { key, recurrence, basis, nodalOnly } of CHOICES) expect(choiceSaying({ recurrence, basis, nodal_only: nodalOnly })).toBe(key)
  })

  it.each([
    [true, 'follow_up', 'seen'],
    [false, 'unstated', 'notSeen'],
    [null, 'images', 'undetermined'],
  ] as const)('of what was established elsewhere (%s, %s) fall back to the images', (recurrence, basis, key) => {
    expect(choiceSaying({ recurrence, basis, nodal_only: false })).toBe(key)
  })

  it.each([
    ['growth', 61, true],
    ['growth', -183, true],
    ['growth', 60, false],
    ['growth', 184, false],
    ['growth', null, true],
    ['shrinkage', 1, true],
    ['shrinkage', 0, false],
    ['one_year_free', 365, true],
    ['one_year_free', 364, false],
    ['histopathology', 1000, true],
  ] as const)('%s meets its criterion at %s days: %s', (basis, days, met) => {
    expect(meets(basis, days, CRITERIA)).toBe(met)
  })
})

describe('what is missing', () => {
  it('is a choice, then the day that the choice compares with, then the reason of a correction', () => {
    expect(missing(NOTHING, false)).toEqual(['choice'])
    expect(missing(acts({ type: 'choose', choice: 'growth' }), true)).toEqual(['when', 'reason'])
    expect(missing(acts({ type: 'choose', choice: 'growth' }, date('')), false)).toEqual(['when'])
    expect(missing(acts({ type: 'choose', choice: 'growth' }, date('2025-06-01')), false)).toEqual([])
    expect(missing(acts({ type: 'choose', choice: 'histopathology' }), false)).toEqual([])
    expect(missing(acts({ type: 'choose', choice: 'notSeen' }), false)).toEqual([])
  })

  it('keeps a body from being made', () => {
    expect(bodyOf(NOTHING, 'x', false)).toBeNull()
    expect(bodyOf(acts({ type: 'choose', choice: 'notSeen' }), 'x', true)).toBeNull()
  })
})

describe('what is sent', () => {
  const described: Change[] = [
    { type: 'set', values: { rtStage: 'rT3' } },
    { type: 'toggle', list: 'sites', key: 'skull_base' },
    { type: 'toggle', list: 'kinds', key: 'necrotic' },
    { type: 'mark', point: [1, 2, 3] },
  ]

  it('has the lesion where there may be one', () => {
    const body = bodyOf(acts({ type: 'choose', choice: 'shrinkage' }, date('2025-06-01'), ...described), 'x', false)
    expect(body).toMatchObject({ recurrence: true, basis: 'shrinkage', basis_date: '2025-06-01', rt_stage: 'rT3', sites: ['skull_base'], kinds: ['necrotic'], marks: [{ point: [1, 2, 3], radius: 8 }] })
  })

  it('has none without local recurrence, and no stage where it cannot be determined', () => {
    const free = bodyOf(acts(...described, { type: 'choose', choice: 'nodes' }), 'x', false)
    expect(free).toMatchObject({ recurrence: false, basis: 'images', nodal_only: true, rt_stage: '', sites: [], kinds: [], marks: [] })
    const open = bodyOf(acts(...described, { type: 'choose', choice: 'undetermined' }), 'x', false)
    expect(open).toMatchObject({ recurrence: null, rt_stage: '', sites: ['skull_base'] })
  })

  it('has no day that another criterion was given', () => {
    const draft = acts({ type: 'choose', choice: 'growth' }, { type: 'set', values: { when: { from: 'comparison', key: 'k' } } })
    expect(bodyOf(draft, 'x', false)).toMatchObject({ comparison: 'k', basis_date: null, as_step: '' })
    expect(change(draft, { type: 'choose', choice: 'yearFree' }).when).toBeUndefined()
    expect(bodyOf(change(draft, { type: 'choose', choice: 'seen' }), 'x', false)).toMatchObject({ comparison: '', basis: 'images' })
  })
})

describe('what was said before', () => {
  it('is taken over whole, its day by the name of its step, and not its remark', () => {
    const draft = change({ ...NOTHING, remark: 'Mine.' }, { type: 'asBefore', said: SAID })
    expect(bodyOf(draft, 'x', false)).toEqual({
      submission: 'x',
      recurrence: true,
      basis: 'growth',
      nodal_only: false,
      comparison: '',
      as_step: 'junior',
      basis_date: null,
      rt_stage: 'rT2',
      sites: ['orbit'],
      kinds: ['mass'],
      marks: [{ point: [1, 2, 3], radius: 9 }],
      segmentation: '',
      debatable: true,
      remark: 'Mine.',
      reason: '',
    })
  })

  it('has no day where it was from the images alone, or from elsewhere', () => {
    expect(fromSaid({ ...SAID, basis: 'images', basis_days: null }).when).toBeUndefined()
    expect(fromSaid({ ...SAID, basis: 'follow_up' })).toMatchObject({ choice: 'seen', when: undefined })
    expect(fromSaid({ ...SAID, basis: 'histopathology', basis_days: null }).when).toBeUndefined()
  })

  it('begins a correction with its own day and remark', () => {
    expect(fromMine({ mine: null })).toBe(NOTHING)
    expect(fromMine({ mine: SAID })).toMatchObject({ choice: 'growth', remark: 'Grew.', when: { from: 'step', step: 'junior', days: 92 } })
  })
})

describe('marks', () => {
  it('are made by the first click, moved by the next, and another one is asked for', () => {
    const first = acts({ type: 'mark', point: [0, 0, 0] }, { type: 'mark', point: [1, 1, 1] })
    expect(first.marks).toEqual([{ point: [1, 1, 1], radius: 8 }])
    const second = change(change(first, { type: 'set', values: { selected: undefined } }), { type: 'mark', point: [5, 5, 5] })
    expect(second.marks.map(({ point }) => point)).toEqual([[1, 1, 1], [5, 5, 5]])
    expect(second.selected).toBe(1)
    expect(change(second, { type: 'unmark', index: 0 })).toMatchObject({ marks: [{ point: [5, 5, 5] }], selected: undefined })
  })

  it('stay within the sizes that can be stored, and the next is as large as the last', () => {
    const large = acts({ type: 'mark', point: [0, 0, 0] }, { type: 'resize', by: 1000 })
    expect(large.marks[0]?.radius).toBe(RADII.most)
    expect(change(large, { type: 'resize', by: -1000 }).radius).toBe(RADII.least)
  })
})

it('goes through the stages round and round', () => {
  expect(['', 'rT1', 'rT4'].map((stage) => nextStage(stage as Draft['rtStage']))).toEqual(['rT1', 'rT2', ''])
})
