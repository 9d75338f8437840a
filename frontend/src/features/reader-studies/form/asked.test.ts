import { describe, expect, it } from 'vitest'

import type { Question } from '../protocol/types'
import { asked } from './asked'

const ask = (key: string, more: Partial<Question> = {}): Question => ({ key, kind: 'text', label: { en: key }, help: {}, meaning: '', required: true, when: null, options: [], anchors: [], ...more })
const FORM = [
  ask('recurrence', { kind: 'yes_no' }),
  ask('location', { meaning: 'location', when: { question: 'recurrence', equals: [true] } }),
  ask('site', { kind: 'choices', when: { question: 'recurrence', equals: [true] } }),
  ask('which', { when: { question: 'site', equals: ['other'] } }),
]

describe('asked', () => {
  it.each([
    [{}, false, ['recurrence']],
    [{ recurrence: false }, false, ['recurrence']],
    [{ recurrence: true }, false, ['recurrence', 'location', 'site']],
    [{ recurrence: true, site: ['nose', 'other'] }, false, ['recurrence', 'location', 'site', 'which']],
    // An answer to a question that is no longer asked opens nothing.
    [{ recurrence: false, site: ['other'] }, false, ['recurrence']],
    [{ recurrence: false }, true, ['recurrence', 'location']],
  ])('after %j (LROC %s)', (answers, lroc, wanted) => expect(asked(FORM, answers, lroc).map((one) => one.key)).toEqual(wanted))
})
