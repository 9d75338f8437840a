import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'

import { evidenceWords } from './evidenceWords'
import { guardWords } from './guardWords'
import { roomServerWords } from './roomServerWords'
import { serverWords } from './serverWords'
import { studyServerWords } from './studyServerWords'
import { upstreamWords } from './upstreamWords'

interface Pattern {
  key: string
  pattern: RegExp
}

const ANYTHING = '.+?'
const NUMBER = '-?[\\d.]+(?:e[+-]\\d+)?'
const SENTENCE = '(?:(?!\\. [A-Z]).)+?'
const PART_OF_A_LIST = '(?:(?!\\. [A-Z]|; ).)+?'
/** What may stand in a place; where nothing is said here, a part of a list. */
const PLACES: Record<string, string> = { error: ANYTHING, trouble: ANYTHING, path: ANYTHING, low: NUMBER, high: NUMBER, why: SENTENCE, measures: SENTENCE, remedy: SENTENCE }
/** Places whose text is said as it came: an error is for whoever runs the server, a name is a name. */
const AS_IT_CAME = ['error', 'trouble', 'path', 'username', 'value']

/** Each sentence as a pattern: what stands for {{roles}} in the words is what the server put there. */
function patternsOf(feature: string, sentences: Record<string, string>): Pattern[] {
  return Object.entries(sentences).map(([key, sentence]) => {
    const escaped = sentence.replace(/[.*+?^$()|[\]\\]/g, '\\$&')
    const places = escaped.replace(/{{(\w+)}}/g, (_, name: string) => `(?<${name}>${PLACES[name] ?? PART_OF_A_LIST})`)
    return { key: `${feature}.${key}`, pattern: new RegExp(`^${places}$`) }
  })
}

const SENTENCES = [...patternsOf('server', serverWords.en), ...patternsOf('guard', guardWords.en), ...patternsOf('upstream', upstreamWords.en), ...patternsOf('studyServer', studyServerWords.en), ...patternsOf('roomServer', roomServerWords.en)]
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
    return t(key, Object.fromEntries(Object.entries(found.groups ?? {}).map(([name, value]) => [name, sayerOf(name, inner)(value, t)])))
  }
  return undefined
}

function sayerOf(place: string, inner: Say): Say {
  if (AS_IT_CAME.includes(place)) return (text) => text
  return place === 'trained' ? sayChoice : inner
}

/** Lists as the server writes them, the outer first, and as Chinese does. */
const LISTS = [
  ['; ', '；'],
  [', ', '、'],
] as const

/** What stands in a sentence's place: a sentence, or a list. */
const sayListed: Say = (text, t) => {
  const whole = say(text, t)
  if (whole !== text) return whole
  const list = LISTS.find(([english]) => text.includes(english))
  if (!list) return text
  const parts = text.split(list[0])
  const said = parts.map((part) => sayListed(part, t))
  return said.every((part, index) => part === parts[index]) ? text : said.join(list[1])
}

/** What a training set had: a span, or one or more names. */
const sayChoice: Say = (text, t) => text.split(' or ').map((part) => say(part, t)).join(' 或 ')

/** The server's words in the reader's language; unchanged where they are not known, for an untranslated reason is better than none. */
export function say(text: string, t: Translate): string {
  const sentence = matched(SENTENCES, text, t, sayListed)
  if (sentence !== undefined) return sentence
  const sentences = text.split(/(?<=\.) (?=[A-Z])/)
  if (sentences.length > 1) return sentences.map((each) => say(each, t)).join(' ').replaceAll('。 ', '。')
  const prefixed = PREFIXED.exec(text)
  if (prefixed) return `${prefixed[1]}：${say(prefixed[2] ?? '', t)}`
  // A note is a fragment that was given a full stop.
  const fragment = text.endsWith('.') ? matched(SENTENCES, text.slice(0, -1), t, sayListed) : undefined
  return fragment === undefined ? text : `${fragment}。`
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
