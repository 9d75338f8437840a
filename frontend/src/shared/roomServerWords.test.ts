import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

import { codingWords } from '@/features/coding/words'
import { readingWords } from '@/features/reading/words'
import { taggingWords } from '@/features/tagging/words'
import { i18next } from '@/i18n'

import { say } from './useSaid'

const zh = i18next.getFixedT('zh') as (key: string, values?: Record<string, string>) => string
const source = (path: string) => readFileSync(`../radapp/${path}`, 'utf8')

/** The codes of refusals: the first word that each of these calls is given. */
const codesIn = (path: string, call: string) => [...source(path).matchAll(new RegExp(`${call}\\(\\s*(?:\\d{3},\\s*)?"([a-z_]+)"`, 'g'))].map((match) => match[1] ?? '')

describe('every refusal', () => {
  it.each([
    ['of the reading room', codesIn('readerstudies/reading/refusals.py', 'ApiError'), readingWords],
    ['of tagging', [...codesIn('readerstudies/reference/steps.py', 'TaggingRefused'), ...codesIn('readerstudies/reference/api.py', 'TaggingRefused'), 'study_locked'], taggingWords],
    ['of coding', codesIn('readerstudies/coding/codes.py', 'CodingRefused'), codingWords],
  ] as const)('%s has its words', (_, codes, words) => {
    expect(codes.length).toBeGreaterThan(4)
    for (const language of ['en', 'zh'] as const) expect(codes.filter((code) => !(code in words[language].refused))).toEqual([])
  })
})

/** The sentences after each `opening`, joined as Python joins them, with something in each place. */
function sentences(path: string, opening: string): string[] {
  const strings = new RegExp(`${opening}\\s*((?:f?"(?:[^"\\\\\n]|\\\\.)*"\\s*)+)`, 'gm')
  return [...source(path).matchAll(strings)].map((match) =>
    [...(match[1] as string).matchAll(/"((?:[^"\\\n]|\\.)*)"/g)]
      .map((each) => each[1])
      .join('')
      .replace(/{_distance\(days\)}/, '30 days after')
      .replace('{detail}', 'tagged an examination of this patient with the account zhao')
      .replace('{part}', 'coder')
      .replace('{roles}', 'reader')
      .replace(/{[^}]*}/g, '12'),
  )
}

const SAID = [
  ...sentences('readerstudies/reference/conclusion.py', 'Problem\\(\\s*(?:"\\w+"|field),'),
  ...sentences('readerstudies/reference/criteria.py', 'return \\(?'),
  ...sentences('readerstudies/reference/api.py', '^ *\\w+ ='),
  ...sentences('readerstudies/desk/members.py', '^(?:INACTIVE|ROLE_NEEDED|ALREADY|NOT_INDEPENDENT|READS) = \\(?'),
  ...sentences('readerstudies/desk/transitions.py', 'Refusal\\.(?:FROZEN|FINAL):'),
  ...sentences('readerstudies/form.py', '(?:return|if fits else|if good else|if whole and 0 <= value <= 100 else|if value in known else|else)'),
  ...sentences('readerstudies/form.py', '"(?:missing|unknown_question)",').map((each) => each.replace(/^12: /, '')),
  ...sentences('readerstudies/permissions.py', 'PermissionDenied\\('),
  ...sentences('accounts/errors.py', '^(?:NOT_SIGNED_IN|NOT_FOUND|DATABASE_GONE|SERVER_ERROR) ='),
].filter((each) => /[a-z]{3} /.test(each))

describe('every sentence', () => {
  it('is found', () => expect(SAID.length).toBeGreaterThan(44))

  it.each(SAID)('is said in Chinese: %s', (sentence) => {
    expect(say(sentence, zh).replace(/Authorization: Bearer|rT|mm|DICOM|zhao/g, '')).not.toMatch(/[a-z]{3}/)
  })

  it('keeps names as they are', () => expect(say('reader is coder of this study already.', zh)).toBe('reader 已是本研究的编码者。'))
})
