/** Options of an analysis on their way between what is sent and what is typed. */
import type { Analysis, Option, Options, OptionValue } from '../api/types'

/** 0.07 is 7, not 7.000000000000001. */
export const asPercent = (share: number) => Number((100 * share).toPrecision(12))
export const asShare = (percent: number) => Number((percent / 100).toPrecision(12))

export const defaultsOf = (analysis: Analysis): Options => Object.fromEntries(analysis.options.map((option) => [option.name, option.default]))

/** Only what differs from the defaults is sent, so that the recipe says what was chosen. */
export function chosen(analysis: Analysis, options: Options): Options {
  const differing = analysis.options.filter((option) => JSON.stringify(options[option.name] ?? null) !== JSON.stringify(option.default))
  return Object.fromEntries(differing.map((option) => [option.name, options[option.name] ?? null]))
}

/** A list of numbers as it is typed; undefined for what is none. */
export function numbersFrom(typed: string): number[] | undefined {
  const parts = typed.split(/[,;\s]+/).filter(Boolean)
  const numbers = parts.map(Number)
  return numbers.every(Number.isFinite) ? numbers : undefined
}

/** A name of the server's in words, where it has no word of its own. */
export const plainName = (name: string) => {
  const text = name.replaceAll('_', ' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

type Word = (key: string, fallback: string) => string

/** An option's value as the recipe says it. */
export function valueInWords(option: Option | undefined, value: OptionValue, word: Word): string {
  if (value === null || value === '') return word('none', '–')
  if (typeof value === 'boolean') return word(value ? 'yes' : 'no', String(value))
  if (Array.isArray(value)) return value.join(', ')
  if (option?.kind === 'share' && typeof value === 'number') return `${asPercent(value)} %`
  if (option?.kind === 'choice') return word(`choice.${String(value)}`, plainName(String(value)))
  return String(value)
}
