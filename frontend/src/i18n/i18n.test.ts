import { describe, expect, it } from 'vitest'

import { resources } from '.'
import type { Words } from './words'

function flatten(words: Words, above = ''): Map<string, string> {
  const all = new Map<string, string>()
  for (const [key, value] of Object.entries(words)) {
    if (typeof value === 'string') all.set(above + key, value)
    else for (const [inner, word] of flatten(value, `${above}${key}.`)) all.set(inner, word)
  }
  return all
}

const en = flatten(resources('en') as Words)
const zh = flatten(resources('zh') as Words)
const placeholders = (text: string | undefined) => [...(text ?? '').matchAll(/{{\s*(\w+)\s*}}/g)].map((match) => match[1]).sort()

describe('the two languages', () => {
  it('hold the same keys', () => {
    expect([...zh.keys()].sort()).toEqual([...en.keys()].sort())
  })

  it('fill the same placeholders, count aside', () => {
    const kept = (text: string | undefined) => placeholders(text).filter((name) => name !== 'count')
    for (const [key, text] of en) expect(kept(zh.get(key)), key).toEqual(kept(text))
  })

  it('leave no word empty', () => {
    for (const [key, text] of [...en, ...zh]) expect(text.trim(), key).not.toBe('')
  })
})

describe('words that must not be said of a tier', () => {
  it('never say that a study is clear, normal or free of disease', () => {
    const forbidden = /\b(all clear|disease[- ]free|no recurrence|healthy)\b|无复发|正常/i
    for (const [key, text] of [...en, ...zh]) expect(text, key).not.toMatch(forbidden)
  })

  it('never call a tier bare "negative"', () => {
    expect(en.get('shared.tier.negative')).not.toBe('negative')
    expect(zh.get('shared.tier.negative')).not.toBe('阴性')
  })
})
