import { describe, expect, it } from 'vitest'

import { POINT_KEYS, HEATMAP_KEYS, IMAGE_KEYS } from '@/features/blinded-images/keys'

import { asked, contradiction, labelIn, missing, OPTION_KEYS, optionKey, optionOf, type Question, sendable, toggled, typedDigit } from './form'
import { FORM } from './form.fixture'

const keys = (questions: Question[]) => questions.map(({ key }) => key)

describe('which questions are asked', () => {
  it('follows conditions, also on questions that are not asked themselves', () => {
    const chain = [...FORM, { ...(FORM[4] as Question), key: 'nested', when: { question: 'side', equals: ['left'] } }]
    expect(keys(asked(chain, { recurrence: false, side: 'left' }))).toEqual(['recurrence', 'likelihood', 'decided_by', 'quality', 'remark'])
    expect(keys(asked(chain, { recurrence: true, side: 'left' }))).toContain('nested')
    expect(keys(asked(chain, { recurrence: true, side: 'right' }))).not.toContain('nested')
  })

  it('asks for the point of every case where the design forces it, and needs it', () => {
    expect(keys(asked(FORM, { recurrence: false }, true))).toContain('location')
    expect(missing(FORM, { recurrence: false, likelihood: 3, decided_by: ['t1wi'], quality: 'good' }, true)).toEqual(['location'])
    expect(missing(FORM, { recurrence: false, likelihood: 3, decided_by: ['t1wi'], quality: 'good' })).toEqual([])
  })

  it('takes no as an answer, zero too, but not an empty list or text', () => {
    expect(missing(FORM, { recurrence: false, likelihood: 0, decided_by: [], quality: '' })).toEqual(['decided_by', 'quality'])
  })

  it('sends nothing of what is not asked any more', () => {
    const answers = { recurrence: false, likelihood: 20, site: 'wall', remark: '', quality: null }
    expect(sendable(FORM, answers)).toEqual({ recurrence: false, likelihood: 20 })
  })
})

describe('contradictions', () => {
  it.each([
    [true, 49, true],
    [true, 50, false],
    [false, 51, true],
    [false, 50, false],
    [false, 0, false],
  ])('%s with %i: %s', (recurrence, likelihood, found) => {
    expect(contradiction(FORM, { recurrence, likelihood }) !== undefined).toBe(found)
  })

  it('are none where something is not answered', () => {
    expect(contradiction(FORM, { recurrence: true })).toBeUndefined()
    expect(contradiction(FORM, { likelihood: 90 })).toBeUndefined()
  })
})

describe('labels', () => {
  it.each([
    ['zh-CN', '局部复发？'],
    ['zh', '局部复发？'],
    ['en-GB', 'Local recurrence?'],
    ['fr', 'Local recurrence?'],
  ])('are in %s: %s', (language, words) => {
    expect(labelIn((FORM[0] as Question).label, language)).toBe(words)
  })

  it('show what there is where there is no English', () => {
    expect(labelIn({ ja: '再発' }, 'en')).toBe('再発')
    expect(labelIn({}, 'en')).toBe('')
  })
})

describe('keys', () => {
  it('of options are digits, then letters that neither the images nor y, n, p take', () => {
    const taken = [...IMAGE_KEYS, ...POINT_KEYS, ...HEATMAP_KEYS].flatMap(([names]) => names)
    expect(OPTION_KEYS.filter((key) => [...taken, 'y', 'n', 'p', '?'].includes(key))).toEqual([])
    expect(new Set(OPTION_KEYS).size).toBe(OPTION_KEYS.length)
    expect([optionKey(0), optionKey(9), optionKey(10), optionKey(99)]).toEqual(['1', '0', 'q', undefined])
    expect(optionOf(FORM[3] as Question, 'q')).toBe('other')
    expect(optionOf(FORM[4] as Question, '3')).toBeUndefined()
  })

  it('type a scale: 7, then 70; what would pass 100 begins anew', () => {
    expect(typedDigit(undefined, 7)).toBe(7)
    expect(typedDigit(7, 0)).toBe(70)
    expect(typedDigit(10, 0)).toBe(100)
    expect(typedDigit(70, 5)).toBe(5)
    expect(typedDigit(0, 4)).toBe(4)
  })

  it('toggle one of several', () => {
    expect(toggled(undefined, 'a')).toEqual(['a'])
    expect(toggled(['a', 'b'], 'a')).toEqual(['b'])
  })
})
