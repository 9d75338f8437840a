import { describe, expect, it } from 'vitest'

import type { Question } from '../protocol/types'
import { conditionsFor, inLanguage, meaningsFor, mended, newOption, newQuestion, removed, reordered } from './rules'

const ask = (key: string, more: Partial<Question> = {}): Question => ({ key, kind: 'text', label: { en: key }, help: {}, meaning: '', required: true, when: null, options: [], anchors: [], ...more })
const yes = (question: string) => ({ question, equals: [true] })

const FORM = [
  ask('recurrence', { kind: 'yes_no', meaning: 'recurrence' }),
  ask('likelihood', { kind: 'scale', meaning: 'likelihood' }),
  ask('site', { kind: 'choice', meaning: 'site', when: yes('recurrence'), options: [{ key: 'nose', label: { en: 'Nose' } }, { key: 'orbit', label: { en: 'Orbit' } }] }),
  ask('why', { when: { question: 'site', equals: ['nose', 'orbit'] } }),
]

describe('a form', () => {
  it('asks always what hung on a question that is gone', () => expect(removed(FORM, 0).map((one) => one.when)).toEqual([null, null, FORM[3]?.when]))

  it('loses a condition on what is moved behind it', () => {
    const changed = reordered(FORM, 2, -2)
    expect(changed.map((one) => one.key)).toEqual(['site', 'recurrence', 'likelihood', 'why'])
    expect(changed.map((one) => one.when)).toEqual([null, null, null, FORM[3]?.when])
  })

  it('loses only the answers that are gone from a condition', () => {
    const form = FORM.map((one) => (one.key === 'site' ? { ...one, options: one.options.slice(0, 1) } : one))
    expect(mended(form)[3]?.when).toEqual({ question: 'site', equals: ['nose'] })
  })

  it('offers as conditions what stands before and has answers to name', () => {
    expect(conditionsFor(FORM, FORM[3]!).map(({ question, answers }) => [question.key, answers])).toEqual([['recurrence', [true, false]], ['site', ['nose', 'orbit']]])
    expect(conditionsFor(FORM, FORM[0]!)).toEqual([])
  })

  it('offers meanings that fit the kind and are free', () => {
    const side = ask('side', { kind: 'choice' })
    expect(meaningsFor([...FORM, side], side)).toEqual(['side', 'decided_by', 'quality', ''])
    expect(meaningsFor(FORM, FORM[2]!)).toContain('site')
  })

  it.each(['choice', 'choices', 'text', 'scale', 'yes_no', 'point'] as const)('begins a %s as the server will take it', (kind) => {
    const question = newQuestion([...FORM, ask(kind)], kind, { en: 'New question' }, { en: 'Option' })
    expect(question.key).toBe(`${kind}_2`)
    expect(question.options.length > 0).toBe(kind === 'choice' || kind === 'choices')
  })

  it('gives each option a key of its own', () => expect(newOption([{ key: 'option', label: { en: '' } }], { en: 'x' }).key).toBe('option_2'))
})

describe('inLanguage', () => {
  it.each([
    [{ en: 'Site', zh: '部位' }, 'zh', '部位'],
    [{ en: 'Site', zh: '' }, 'zh', 'Site'],
    [{ zh: '部位' }, 'en', '部位'],
    [{}, 'en', ''],
  ])('of %j in %s', (label, language, wanted) => expect(inLanguage(label as Record<string, string>, language)).toBe(wanted))
})
