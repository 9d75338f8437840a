/** A study's flow of cases as the storeys of its diagram; the words come from outside. */
import type { Flow } from '../api/types'
import type { Entry, Storey } from './layout'

type Say = (key: string) => string

/** `say` knows: assessed, excluded, included, practice, withdrawn, read, positive, negative, unknown, exclusion.<key>. */
export function storeysOf(flow: Flow, say: Say): { storeys: Storey[]; leaves: Entry[] } {
  const side = (id: string, count: number, details?: Entry['details']): Entry[] => (count > 0 ? [{ id, title: say(id), count, ...(details ? { details } : {}) }] : [])
  const exclusions = flow.exclusions.map((one) => ({ text: one.exclusion === 'other' && one.reason ? one.reason : say(`exclusion.${one.exclusion}`), count: one.count }))
  const leaving = [...side('practice', flow.practice), ...side('withdrawn', flow.withdrawn.length, reasonsOf(flow.withdrawn))]
  const storeys: Storey[] = [{ main: { id: 'assessed', title: say('assessed'), count: flow.assessed }, left: side('excluded', flow.excluded, exclusions) }]
  if (leaving.length > 0) storeys.push({ main: { id: 'eligible', title: say('eligible'), count: flow.included + flow.practice + flow.withdrawn.length }, left: leaving })
  storeys.push({ main: { id: 'included', title: say('included'), count: flow.included }, left: [] })
  const truths = (['positive', 'negative', 'unknown'] as const).map((id) => ({ id, title: say(id), count: flow.truth[id] }))
  return { storeys, leaves: flow.included > 0 ? truths.filter((one) => one.id !== 'unknown' || one.count > 0) : [] }
}

function reasonsOf(withdrawn: Flow['withdrawn']): { text: string; count: number }[] {
  const counted = new Map<string, number>()
  withdrawn.forEach(({ reason }) => counted.set(reason, (counted.get(reason) ?? 0) + 1))
  return [...counted].map(([text, count]) => ({ text, count }))
}
