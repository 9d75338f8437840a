/** Categories as keys: which key stands for which, and which of the chosen ones is primary. Pure. */
import type { Category, ErrorKind } from './api'

/** Digits, then the letters that neither the images nor the queue take. */
const LETTERS = [...'1234567890', ...'bcegjkoquyz']

export interface KeyedCategory {
  category: Category
  /** Undefined where there are more categories than keys. */
  letter: string | undefined
}

/** Of one kind of error, in the order of precedence. */
export function keyed(categories: readonly Category[], error: ErrorKind): KeyedCategory[] {
  return categories.filter((one) => one.error === error).map((category, place) => ({ category, letter: LETTERS[place] }))
}

export interface Parted {
  primary: string | undefined
  contributors: string[]
}

/** As the server does it: the first in the order of precedence is primary. */
export function parted(order: readonly KeyedCategory[], chosen: ReadonlySet<string>): Parted {
  const [primary, ...contributors] = order.map(({ category }) => category.key).filter((key) => chosen.has(key))
  return { primary, contributors }
}

export function toggled(chosen: ReadonlySet<string>, key: string): Set<string> {
  const next = new Set(chosen)
  if (!next.delete(key)) next.add(key)
  return next
}

/** Whether one of them says nothing without a remark. */
export function wantsRemark(order: readonly KeyedCategory[], chosen: ReadonlySet<string>): boolean {
  return order.some(({ category }) => category.other && chosen.has(category.key))
}

/** In the reader's language, else in English, else in whatever there is. */
export function told(words: Record<string, string>, language: string): string {
  return words[language] ?? words['en'] ?? Object.values(words)[0] ?? ''
}
