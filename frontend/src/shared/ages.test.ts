import { describe, expect, it } from 'vitest'

import { ageOf, shortDate, utcTime } from './ages'
import { personName } from './patient'

const NOW = new Date('2026-11-23T18:00:00Z')

describe('ageOf', () => {
  it.each([
    ['2026-11-23T17:59:30Z', 'now', 0],
    ['2026-11-23T18:00:20Z', 'now', 0],
    ['2026-11-23T17:56:00Z', 'minutes', 4],
    ['2026-11-23T17:00:00Z', 'hours', 1],
    ['2026-11-21T18:00:01Z', 'hours', 47],
    ['2026-11-21T18:00:00Z', 'days', 2],
    ['2023-11-23T18:00:00Z', 'years', 3],
  ])('%s is %s %i ago', (then, unit, count) => {
    expect(ageOf(then, NOW)).toEqual({ unit, count })
  })
})

describe('dates', () => {
  it('keep their day whatever the zone, and show a foreign year', () => {
    expect(shortDate('2026-11-23', 'en', NOW)).toBe('23 Nov')
    expect(shortDate('2024-01-02', 'en', NOW)).toBe('2 Jan 2024')
    expect(shortDate('2026-11-23', 'zh', NOW)).toBe('11月23日')
    expect(shortDate('unknown', 'en', NOW)).toBe('unknown')
  })

  it('are said in UTC beside', () => {
    expect(utcTime('2026-11-23T19:04:31+01:00')).toBe('2026-11-23 18:04:31')
  })
})

describe('personName', () => {
  it.each([
    ['Synthetic^001', 'Synthetic, 001'],
    ['Adams^John Robert Quincy^^Rev.', 'Adams, John Robert Quincy'],
    ['Li^Wei=李^伟', '李伟'],
    ['Anonymous', 'Anonymous'],
    ['', ''],
  ])('%s reads %s', (name, read) => expect(personName(name)).toBe(read))
})
