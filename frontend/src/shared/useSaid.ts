import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'

import { evidenceWords } from './evidenceWords'
import { serverWords } from './serverWords'

interface Pattern {
  key: string
  pattern: RegExp
}

/** Each sentence as a pattern: what stands for {{roles}} in the words is what the server put there. */
function patternsOf(feature: string, sentences: Record<string, string>): Pattern[] {
  return Object.entries(sentences).map(([key, sentence]) => {
    const escaped = sentence.replace(/[.*+?^$()|[\]\\]/g, '\\$&')
    return { key: `${feature}.${key}`, pattern: new RegExp(`^${escaped.replace(/{{(\w+)}}/g, '(?<$1>.+?)')}$`) }
  })
}

const SENTENCES = patternsOf('server', serverWords.en)
const EVIDENCE = patternsOf('evidence', evidenceWords.en)
/** Wordings that hold a comma themselves; all others are parts of a list. */
const WHOLE = EVIDENCE.filter(({ pattern }) => pattern.source.includes(', '))
const PREFIXED = /^(T1WI|T2WI|T1WIC): (.+)$/

type Translate = (key: string, values?: Record<string, string>) => string
type Say = (text: string, t: Translate) => string

/** The text by the first pattern that fits, what stands in its places said by `inner`; undefined where none fits. */
function matched(patterns: Pattern[], text: string, t: Translate, inner: Say): string | undefined {
  for (const { key, pattern } of patterns) {
    const found = pattern.exec(text)
    if (!found) continue
    return t(key, Object.fromEntries(Object.entries(found.groups ?? {}).map(([name, value]) => [name, inner(value, t)])))
  }
  return undefined
}

/** What stands in a sentence's place: a sentence, or a list. */
const sayListed: Say = (text, t) => {
  const whole = say(text, t)
  return whole === text ? text.split(', ').map((part) => say(part, t)).join(', ') : whole
}

/** The server's words in the reader's language; unchanged where they are not known, for an untranslated reason is better than none. */
export function say(text: string, t: Translate): string {
  const sentence = matched(SENTENCES, text, t, sayListed)
  if (sentence !== undefined) return sentence
  const prefixed = PREFIXED.exec(text)
  if (prefixed) return `${prefixed[1]}: ${say(prefixed[2] ?? '', t)}`
  const sentences = text.split(/(?<=\.) (?=[A-Z])/)
  return sentences.length > 1 ? sentences.map((each) => say(each, t)).join(' ') : text
}

/** Why a series has its role, in the reader's language: as a whole, else part by part; a part that is not known stays. */
export function sayEvidence(text: string, t: Translate): string {
  const whole = matched(WHOLE, text, t, sayEvidence)
  if (whole !== undefined) return whole
  const parts = text.split(/, (?![^(]*\))/) // not inside parentheses
  return parts.map((part) => matched(EVIDENCE, part, t, sayEvidence) ?? part).join('，')
}

function useIn(translate: Say): (text: string) => string {
  const { t, i18n } = useTranslation()
  return useCallback((text: string) => (i18n.language === 'en' ? text : translate(text, t as Translate)), [translate, t, i18n.language])
}

/** `say` in the language of the page. English is what the server speaks, so it stays as it came. */
export const useSaid = () => useIn(say)

/** `sayEvidence` in the language of the page. */
export const useSaidEvidence = () => useIn(sayEvidence)
