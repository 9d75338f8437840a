/**
 * How a page of the worklist takes fresh answers without moving under the pointer: rows are renewed where they stand, new
 * ones come in, those that left stay until the reader asks for a new order.
 */
import type { Row } from '@/api/types'

export type Shown = {
  readonly rows: readonly Row[]
  /** Rows that the fresh answer no longer holds (filtered out, or on another page now). */
  readonly left: ReadonlySet<string>
  /** What changed since the reader last had the list in order. */
  readonly changed: ReadonlySet<string>
  /** Whether a fresh look would show another order than the rows have now. */
  readonly outOfOrder: boolean
}

export function inOrder(rows: readonly Row[]): Shown {
  return { rows, left: new Set(), changed: new Set(), outOfOrder: false }
}

/** `held`: the pointer or the keyboard is on the rows, so new ones may only come in below them. */
export function merge(shown: Shown, fresh: readonly Row[], held: boolean): Shown {
  const freshByUid = new Map(fresh.map((row) => [row.uid, row]))
  const shownUids = new Set(shown.rows.map((row) => row.uid))
  const arrived = fresh.filter((row) => !shownUids.has(row.uid))
  const changed = new Set(shown.changed)
  for (const row of shown.rows) {
    const now = freshByUid.get(row.uid)
    if (!now || now.changed_at !== row.changed_at || shown.left.has(row.uid)) changed.add(row.uid)
  }
  for (const row of arrived) changed.add(row.uid)
  const renewed = shown.rows.map((row) => freshByUid.get(row.uid) ?? row)
  const rows = held ? [...renewed, ...arrived] : insertWhereTheyBelong(renewed, arrived, fresh)
  const left = new Set(rows.filter((row) => !freshByUid.has(row.uid)).map((row) => row.uid))
  const outOfOrder = rows.length !== fresh.length || rows.some((row, place) => row.uid !== fresh[place]?.uid)
  return outOfOrder ? { rows, left, changed, outOfOrder } : inOrder(rows)
}

/** Each new row goes right after the row that stands before it in the fresh order (to the top when none does). */
function insertWhereTheyBelong(rows: readonly Row[], arrived: readonly Row[], fresh: readonly Row[]): Row[] {
  const result = [...rows]
  for (const row of arrived) {
    const before = fresh[fresh.indexOf(row) - 1]
    const place = before ? result.findIndex((other) => other.uid === before.uid) + 1 : 0
    result.splice(place, 0, row)
  }
  return result
}
