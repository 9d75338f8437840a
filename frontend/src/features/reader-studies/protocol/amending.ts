/** What an amendment may change, by where the study stands (radapp/readerstudies/desk/amendments.py), and what it then changes. */
import type { StudyState } from '../api/types'
import { same } from './patch'
import type { Protocol } from './types'

/** Texts told and rules while it is read or closed; categories until it is unblinded; analyses can be added at any time. */
export function amendable(state: StudyState): { told: boolean; rules: boolean; coding: boolean } {
  const read = state === 'open' || state === 'closed'
  return { told: read, rules: read, coding: read || state === 'locked' }
}

/** Names of the protocol's parts that differ, as the signature names them. */
export function changedParts(before: Protocol, after: Protocol): string[] {
  return (Object.keys(before) as (keyof Protocol)[]).filter((part) => !same(before[part], after[part]))
}
