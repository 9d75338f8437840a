import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'

import { serverWords } from './serverWords'

/** Each sentence as a pattern: what stands for {{roles}} in the words is what the server put there. */
const PATTERNS = Object.entries(serverWords.en).map(([key, sentence]) => {
  const escaped = sentence.replace(/[.*+?^$()|[\]\\]/g, '\\$&')
  return { key, pattern: new RegExp(`^${escaped.replace(/{{(\w+)}}/g, '(?<$1>.+?)')}$`) }
})

const PREFIXED = /^(T1WI|T2WI|T1WIC): (.+)$/

type Translate = (key: string, values?: Record<string, string>) => string

/** The server's words in the reader's language; unchanged where they are not known, for an untranslated reason is better than none. */
export function say(text: string, t: Translate): string {
  for (const { key, pattern } of PATTERNS) {
    const found = pattern.exec(text)
    if (!found) continue
    const values = Object.entries(found.groups ?? {}).map(([name, value]) => [name, value.split(', ').map((part) => say(part, t)).join(', ')])
    return t(`server.${key}`, Object.fromEntries(values) as Record<string, string>)
  }
  const prefixed = PREFIXED.exec(text)
  if (prefixed) return `${prefixed[1]}: ${say(prefixed[2] ?? '', t)}`
  const sentences = text.split(/(?<=\.) (?=[A-Z])/)
  return sentences.length > 1 ? sentences.map((sentence) => say(sentence, t)).join(' ') : text
}

/** `say` in the language of the page. English is what the server speaks, so it stays as it came. */
export function useSaid(): (text: string) => string {
  const { t, i18n } = useTranslation()
  return useCallback((text: string) => (i18n.language === 'en' ? text : say(text, t as Translate)), [t, i18n.language])
}
