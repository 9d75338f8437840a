import { describe, expect, it } from 'vitest'

import { factsFor, nextAfter, NOTHING } from './facts'

const full = { name: ' Reader 1 ', seniority: 'junior' as const, years: 5, site: ' Site A', chair: 'senior' as const }

describe('factsFor', () => {
  it.each([
    ['reader', full, { name: 'Reader 1', seniority: 'junior', years: 5, site: 'Site A', chair: '' }],
    ['reader', NOTHING, { ...NOTHING, seniority: 'senior' }],
    ['tagger', full, { ...NOTHING, name: 'Reader 1', chair: 'senior' }],
    ['tagger', NOTHING, { ...NOTHING, chair: 'junior' }],
    ['coder', full, { ...NOTHING, name: 'Reader 1' }],
  ] as const)('of a %s, %#', (part, facts, wanted) => expect(factsFor(part, facts)).toEqual(wanted))
})

it('proposes the next reader of the same site, senior and junior by turns', () => {
  expect(nextAfter(full)).toEqual({ ...NOTHING, site: ' Site A' })
  expect(nextAfter({ ...full, seniority: '' }).seniority).toBe('junior')
})
