import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

import { findingWords } from './findings'

it('every finding of the check has its words', () => {
  const folder = '../radapp/readerstudies/desk/'
  const files = readdirSync(folder).filter((name) => /^check(ing|_\w+)\.py$/.test(name))
  const codes = files.flatMap((name) => [...readFileSync(folder + name, 'utf-8').matchAll(/(?:yield Finding|of_cases|of_members)\(\s*"([a-z_0-9]+)"/g)].map((match) => match[1] ?? ''))
  expect(codes.length).toBeGreaterThan(30)
  expect(codes.filter((code) => !(code in findingWords.en))).toEqual([])
})
