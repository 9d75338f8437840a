/** The queue of one: what there is, what comes next. Pure. */
import type { ItemState, QueuedItem } from './api'

/** As the bar lists them. What a person has to do stands first. */
export const GROUPS = ['to_code', 'to_adjudicate', 'waiting', 'hidden', 'differing', 'settled'] as const satisfies readonly ItemState[]

export function counts(items: readonly QueuedItem[]): Record<ItemState, number> {
  const found = Object.fromEntries(GROUPS.map((state) => [state, 0])) as Record<ItemState, number>
  for (const { state } of items) found[state] += 1
  return found
}

const TO_DO: readonly ItemState[] = ['to_code', 'to_adjudicate']

/** What to open without being asked for anything: the first that waits for this person, else the first of all. */
export function opening(items: readonly QueuedItem[]): string | undefined {
  return (items.find(({ state }) => TO_DO.includes(state)) ?? items[0])?.key
}

/** The next behind `key` that is in one of these states, from the beginning once the end is reached; undefined for none. */
export function following(items: readonly QueuedItem[], key: string, states: readonly ItemState[], step: 1 | -1 = 1): string | undefined {
  const at = items.findIndex((item) => item.key === key)
  for (let away = 1; away < items.length; away += 1) {
    const item = items[(at + step * away + items.length * away) % items.length]
    if (item && states.includes(item.state)) return item.key
  }
  return undefined
}

/** What comes after something was done: more of it, or else what waits for this person. */
export function afterwards(items: readonly QueuedItem[], key: string, done: ItemState): string | undefined {
  return following(items, key, [done]) ?? following(items, key, TO_DO)
}
