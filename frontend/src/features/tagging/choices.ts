/** The paper's criteria as choices, each with its digit, and when a date meets one. Pure. */
import type { Basis, Criteria, Said } from './api'

export type ChoiceKey =
  | 'histopathology'
  | 'growth'
  | 'shrinkage'
  | 'seen'
  | 'yearFree'
  | 'histopathologyFree'
  | 'nodes'
  | 'notSeen'
  | 'undetermined'

export interface Choice {
  key: ChoiceKey
  digit: string
  recurrence: boolean | null
  basis: Exclude<Basis, 'follow_up' | 'unstated'>
  nodalOnly: boolean
  /** Whether it compares the examination with another day: must say which, may, or has none. */
  day: 'needed' | 'possible' | 'none'
}

export const CHOICES: readonly Choice[] = [
  { key: 'histopathology', digit: '1', recurrence: true, basis: 'histopathology', nodalOnly: false, day: 'possible' },
  { key: 'growth', digit: '2', recurrence: true, basis: 'growth', nodalOnly: false, day: 'needed' },
  { key: 'shrinkage', digit: '3', recurrence: true, basis: 'shrinkage', nodalOnly: false, day: 'needed' },
  { key: 'seen', digit: '4', recurrence: true, basis: 'images', nodalOnly: false, day: 'none' },
  { key: 'yearFree', digit: '5', recurrence: false, basis: 'one_year_free', nodalOnly: false, day: 'needed' },
  { key: 'histopathologyFree', digit: '6', recurrence: false, basis: 'histopathology', nodalOnly: false, day: 'possible' },
  { key: 'nodes', digit: '7', recurrence: false, basis: 'images', nodalOnly: true, day: 'none' },
  { key: 'notSeen', digit: '8', recurrence: false, basis: 'images', nodalOnly: false, day: 'none' },
  { key: 'undetermined', digit: '9', recurrence: null, basis: 'images', nodalOnly: false, day: 'none' },
]
/** Key of the choice that takes over what was said before. */
export const AS_BEFORE = '0'

export const choiceOf = (key: ChoiceKey | undefined): Choice | undefined => CHOICES.find((one) => one.key === key)

/** The choice that says what a step says; of what was established elsewhere, the one on the images. */
export function choiceSaying({ recurrence, basis, nodal_only }: Pick<Said, 'recurrence' | 'basis' | 'nodal_only'>): ChoiceKey {
  if (nodal_only) return 'nodes'
  const found = CHOICES.find((one) => one.recurrence === recurrence && one.basis === basis && !one.nodalOnly)
  if (found) return found.key
  return recurrence === null ? 'undetermined' : recurrence ? 'seen' : 'notSeen'
}

/** Whether images of that many days after (below 0: before) the examination meet the criterion; unknown days may. */
export function meets(basis: Basis, days: number | null, { growth_from, growth_to, free }: Criteria): boolean {
  if (days === null) return true
  if (basis === 'growth') return Math.abs(days) >= growth_from && Math.abs(days) <= growth_to
  if (basis === 'shrinkage') return days > 0
  return basis !== 'one_year_free' || days >= free
}
