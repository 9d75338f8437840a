import { describe, expect, it } from 'vitest'

import { asQuery, changed, isFiltered, NEWEST_FIRST, nextOrdering, readParams, writeParams } from './params'

const read = (text: string) => readParams(new URLSearchParams(text))

describe('the URL', () => {
  it('brings every choice back', () => {
    const text = 'search=li&tier=positive%2Cnone&state=failed&source=stow&date_from=2026-01-01&date_to=2026-02-01&ordering=-score&page=3'
    expect(writeParams(read(text)).toString()).toBe(text)
  })

  it('is empty for the plain worklist', () => {
    expect(writeParams(read('')).toString()).toBe('')
    expect(isFiltered(read(''))).toBe(false)
    expect(isFiltered(read('tier=none'))).toBe(true)
  })

  it('falls back where it makes no sense', () => {
    expect(read('ordering=password&page=-4')).toMatchObject({ ordering: NEWEST_FIRST, page: 1 })
  })
})

describe('a change', () => {
  it('of a filter leads to the first page, of the page does not', () => {
    expect(changed(read('page=4'), { tier: ['positive'] }).page).toBe(1)
    expect(changed(read('page=4'), { page: 5 }).page).toBe(5)
  })

  it('asks the API by the same names', () => {
    expect(asQuery(read('tier=positive,suspicious&page=2'))).toEqual({ tier: 'positive,suspicious', page: 2, page_size: 50 })
  })
})

describe('nextOrdering', () => {
  it('goes natural, turned round, newest first', () => {
    expect(nextOrdering(NEWEST_FIRST, 'tier')).toBe('tier')
    expect(nextOrdering('tier', 'tier')).toBe('-tier')
    expect(nextOrdering('-tier', 'tier')).toBe(NEWEST_FIRST)
    expect(nextOrdering('tier', 'score')).toBe('-score')
  })
})
