import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

import { addCategory, movedCategory, orderOf, PAPER_CATEGORIES, removedCategory } from './categories'
import { paperProtocol } from './protocol.fixture'

const { coding } = paperProtocol()

describe('the order of error categories', () => {
  it('is the server’s, as its file has it', () => {
    const file = readFileSync('../radapp/readerstudies/coding/categories.py', 'utf-8')
    for (const [error, maker] of [['false_positive', '_misdiagnosis'], ['false_negative', '_missed']] as const)
      expect(PAPER_CATEGORIES[error]).toEqual([...file.matchAll(new RegExp(`${maker}\\(\\s*"(\\w+)"`, 'g'))].map((match) => match[1]))
  })

  it('puts the study’s own before “other”', () => expect(orderOf(addCategory(coding, 'false_positive', { en: 'Lymph node' }), 'false_positive').slice(-2)).toEqual(['own', 'misdiagnosis_other']))

  it('names all once one was moved, and leaves the other kind as it was', () => {
    const changed = movedCategory(coding, 'false_negative', 3, -3)
    expect(orderOf(changed, 'false_negative').slice(0, 2)).toEqual(['focal', 'atypical_site'])
    expect(orderOf(changed, 'false_positive')).toEqual(PAPER_CATEGORIES.false_positive)
    expect(new Set(changed.precedence).size).toBe(12)
  })

  it('forgets a category that is gone', () => {
    const added = movedCategory(addCategory(coding, 'false_positive', { en: 'x' }), 'false_positive', 4, -1)
    expect(removedCategory(added, 'own')).toMatchObject({ categories: [], precedence: movedCategory(coding, 'false_positive', 0, 0).precedence })
  })
})
