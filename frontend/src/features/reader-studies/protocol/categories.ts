/** Error categories and which of several is primary: the paper's (radapp/readerstudies/coding/categories.py) and a study's own. */
import { freeKey, moved } from './patch'
import type { Category, Coding, Words } from './types'

type Kind = Category['error']

/** In the server's own precedence. */
export const PAPER_CATEGORIES: Record<Kind, readonly string[]> = {
  false_positive: ['difficult', 'radiation_necrosis', 'fibrosis', 'sinusitis_turbinate', 'misdiagnosis_other'],
  false_negative: ['atypical_site', 'skull_base', 'necrosis', 'focal', 'position', 'low_confidence', 'missed_other'],
}
const isOther = (key: string) => key.endsWith('_other')

/** Keys of one kind as the server ranks them: named in the precedence first, then the paper's, the study's own, "other" last. */
export function orderOf(coding: Coding, error: Kind): string[] {
  const own = coding.categories.filter((one) => one.error === error).map((one) => one.key)
  const paper = PAPER_CATEGORIES[error]
  const all = [...paper.filter((key) => !isOther(key)), ...own, ...paper.filter(isOther)]
  const named = coding.precedence.filter((key) => all.includes(key))
  return [...named, ...all.filter((key) => !named.includes(key))]
}

/** One category moved by `by` places; from then on the precedence names all of both kinds. */
export function movedCategory(coding: Coding, error: Kind, at: number, by: number): Coding {
  const order = (kind: Kind) => (kind === error ? moved(orderOf(coding, kind), at, by) : orderOf(coding, kind))
  return { ...coding, precedence: [...order('false_positive'), ...order('false_negative')] }
}

export function addCategory(coding: Coding, error: Kind, name: Words): Coding {
  const taken = [...PAPER_CATEGORIES.false_positive, ...PAPER_CATEGORIES.false_negative, ...coding.categories.map((one) => one.key)]
  return { ...coding, categories: [...coding.categories, { key: freeKey('own', taken), error, name, definition: name }] }
}

export function removedCategory(coding: Coding, key: string): Coding {
  return { ...coding, categories: coding.categories.filter((one) => one.key !== key), precedence: coding.precedence.filter((one) => one !== key) }
}
