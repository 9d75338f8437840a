import { describe, expect, it } from 'vitest'

import type { Counts, Part, StudyState } from '../api/types'
import { doorsOf } from './doors'

const counts: Counts = { assessed: 0, included: 0, excluded: 0, withdrawn: 0, practice: 0, positive: 0, negative: 0, unknown: 0, readers: 0 }
const of = (state: StudyState, parts: Part[], desk = false) => doorsOf({ key: 'k', state, parts, counts: desk ? counts : null, imported: false }).map((one) => `${one.word}${one.open ? '' : one.over ? ' (over)' : ' (not yet)'}`)

describe('doorsOf', () => {
  it.each<[StudyState, Part[], boolean, string[]]>([
    ['draft', ['reader'], false, ['read (not yet)']],
    ['open', ['reader'], false, ['read']],
    ['closed', ['reader'], false, ['read (over)']],
    ['draft', ['tagger'], false, ['tag']],
    ['unblinded', ['tagger'], false, ['tag (over)']],
    ['locked', ['coder'], false, ['code (not yet)']],
    ['unblinded', ['coder', 'adjudicator'], false, ['code']],
    ['unblinded', ['adjudicator'], false, ['adjudicate']],
    ['checked', ['investigator'], true, ['setUp']],
    ['open', ['investigator', 'reader'], true, ['read', 'follow']],
    ['open', [], true, ['follow']],
  ])('in a study that is %s, for %j (desk: %s)', (state, parts, desk, wanted) => expect(of(state, parts, desk)).toEqual(wanted))
})
