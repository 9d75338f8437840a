import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

import { i18next } from '@/i18n'

import { say } from './useSaid'

const zh = i18next.getFixedT('zh') as (key: string, values?: Record<string, string>) => string

/** Every sentence that these files keep as a constant, with a number in each place. */
function sentences(path: string): string[] {
  const source = readFileSync(`../${path}`, 'utf8')
  const strings = [...source.matchAll(/^ *(?:[A-Z_]+ = |"\w+": )\(?\s*((?:"[^"\n]+"\s*)+)\)?,?$/gm)]
  const joined = strings.map((match) => [...(match[1] as string).matchAll(/"([^"\n]+)"/g)].map((each) => each[1]).join(''))
  return joined.filter((text) => text.endsWith('.')).map((text) => text.replace(/{\w+}/g, '3'))
}

describe('what is signed', () => {
  it.each([...sentences('radapp/readerstudies/desk/statements.py'), ...sentences('radapp/readerstudies/desk/replacement.py').filter((one) => one.startsWith('The new'))])('is said in Chinese: %s', (sentence) => expect(say(sentence, zh)).not.toMatch(/[a-z]{3}/))

  it.each(['I close this study: nobody reads in it any more. 3 of 24 readings are submitted.', 'Senior reader 1, 21 readings missing.', 'No settled reference standard for 2 cases: 4, 9.', 'Readings of this case count in no analysis, those that are submitted neither (1). 1 more will not take place.'])('with its figures: %s', (sentence) => {
    const said = say(sentence, zh)
    expect(said).not.toBe(sentence)
    for (const number of sentence.match(/\d+/g) ?? []) expect(said).toContain(number)
  })
})
