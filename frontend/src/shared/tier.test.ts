import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import { i18next } from '@/i18n'

import { TIERS, tierLook } from './tier'

const tokens = readFileSync('src/app/tokens.css', 'utf8')

function token(name: string): string {
  const found = new RegExp(`--${name}:\\s*(#[0-9a-f]+);`, 'i').exec(tokens)?.[1]
  if (!found) throw new Error(`tokens.css has no colour --${name}`)
  return found.length === 4 ? `#${[...found.slice(1)].map((digit) => digit + digit).join('')}` : found
}

function channels(colour: string): [number, number, number] {
  const at = (place: number) => Number.parseInt(colour.slice(place, place + 2), 16)
  return [at(1), at(3), at(5)]
}

/** WCAG 2.2, relative luminance. */
function luminance(colour: string): number {
  const [red, green, blue] = channels(colour).map((value) => {
    const part = value / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

const looks = TIERS.map((tier) => tierLook(tier === 'none' ? null : tier))

describe('a tier', () => {
  it('has a mark and a word of its own', () => {
    expect(new Set(looks.map((look) => look.mark)).size).toBe(4)
    expect(new Set(looks.map((look) => i18next.t(look.word))).size).toBe(4)
  })

  it.each(looks)('$key: its words are in both languages', (look) => {
    for (const language of ['en', 'zh'])
      for (const key of [look.word, look.meaning]) expect(i18next.exists(key, { lng: language }), `${language} ${key}`).toBe(true)
  })

  it.each(looks)('$key: its colour is no green', (look) => {
    const [red, green, blue] = channels(token(`tier-${look.key}`))
    expect(green > red && green > blue).toBe(false)
  })

  it.each(['text', 'muted', 'focus', 'error', ...TIERS.map((tier) => `tier-${tier}`)])('%s is readable on every surface', (name) => {
    for (const surface of ['background', 'surface', 'raised']) expect(contrast(token(name), token(surface))).toBeGreaterThanOrEqual(4.5)
  })

  it('says of the lowest tier that recurrence is not excluded', () => {
    expect(i18next.t(tierLook('negative').meaning)).toContain('Does not exclude recurrence')
  })
})
