/** A cohort's definition on its way between what is ticked and what is sent. */
import { type CohortChoices, type Definition, type ListName, LISTS } from '../api/cohorts'

/** What the form is filled with before anything is asked for: only the title, which the definition must have. */
export const asking = (title: string): Definition => ({ title })

type Field = keyof Definition

/** With one field changed; what asks for nothing (an empty list or text, false, the server's own default) is left out. */
export function changed<F extends Field>(definition: Definition, field: F, value: Definition[F] | ''): Definition {
  const nothing = value === undefined || value === '' || value === false || value === DEFAULTS[field] || (Array.isArray(value) && value.length === 0)
  const rest = Object.fromEntries(Object.entries(definition).filter(([name]) => name !== field)) as Definition
  return nothing && field !== 'title' ? rest : { ...rest, [field]: value }
}

export const DEFAULTS: Partial<Record<Field, string>> = { synthetic: 'any', learnt: 'left_out', split: 'protocol' }

/** A list with one value put in or taken out. */
export const toggled = (list: readonly string[] | undefined, value: string): string[] => (list?.includes(value) ? list.filter((one) => one !== value) : [...(list ?? []), value].sort())

export const inOrder = ({ first_day: first, last_day: last }: Definition) => !first || !last || first <= last

type Word = (key: string, values?: Record<string, string>) => string

/** What a definition asks for, one sentence each; `bundles` by their names where the archive still knows them. */
export function asked(definition: Definition, word: Word, choices?: CohortChoices): string[] {
  const { first_day: first, last_day: last } = definition
  const days = first && last ? [word('asked.between', { first, last })] : first ? [word('asked.since', { first })] : last ? [word('asked.until', { last })] : []
  const lists = LISTS.flatMap((name) => {
    const values = definition[name] ?? []
    return values.length > 0 ? [`${word(`list.${name}`)}${word('colon')}${values.map((one) => valueName(name, one, word, choices)).join(word('comma'))}`] : []
  })
  const { synthetic, established, learnt, split } = definition
  const others = [...(synthetic ? [word(`synthetic.${synthetic}`)] : []), ...(established ? [word('asked.established')] : []), ...(learnt ? [word(`learnt.${learnt}`)] : []), ...(split ? [word('asked.split', { by: word(`split.${split}`) })] : [])]
  return [...days, ...lists, ...others]
}

/** How one value of a list is called. */
export function valueName(name: ListName, value: string, word: Word, choices?: CohortChoices): string {
  if (name === 'sources') return word(`source.${value}`)
  if (name === 'bundles') return choices?.bundles.find((one) => one.sha256 === value)?.name ?? value.slice(0, 12)
  return value
}
