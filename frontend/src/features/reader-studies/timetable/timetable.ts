/**
 * What each reader will sit through under a design, before any order is drawn: sessions, the arms in them with their shares of
 * the cases, and the days that must lie between. Which cases fall into which share is drawn from the seed at opening.
 */
import type { Design, Order } from '../protocol/types'

export type Reader = { key: string; name: string }
export type Share = { arm: string; cases: number }
export type Sitting = { number: number; firstDay: number; practice: number; shares: Share[]; repeats: number; readings: number }
export type Row = { reader: Reader; group: number; sittings: Sitting[]; readings: number }

/** Rows in the readers' order. `cases`: those in the analysis; `practice`: read first, in the first session alone. */
export function timetable(design: Design, order: Order, readers: readonly Reader[], cases: number, practice: number): Row[] {
  const arms = design.arms.map((arm) => arm.key)
  if (arms.length === 0) return []
  return readers.map((reader, place) => {
    const group = design.kind === 'split_plot' ? place % design.groups : 0
    const mine = design.kind === 'split_plot' ? share(cases, design.groups, group) : cases
    const sittings = Array.from({ length: sessionsOf(design) }, (_, index): Sitting => {
      const shares = sharesOf(design, arms, place, index, mine).filter((one) => one.cases > 0)
      const repeats = Math.min(order.repeats, mine)
      const first = index === 0 ? practice : 0
      const readings = first + repeats + shares.reduce((sum, one) => sum + one.cases, 0)
      return { number: index + 1, firstDay: index * design.washout_days, practice: first, shares, repeats, readings }
    })
    return { reader, group, sittings, readings: sittings.reduce((sum, one) => sum + one.readings, 0) }
  })
}

/** How many sessions each reader has: one where there is one arm to a sitting, else as many as arms. */
export function sessionsOf(design: Design): number {
  return design.kind === 'single' || design.kind === 'sequential' ? 1 : design.arms.length
}

/** Days from the first session to the earliest day of the last. */
export const earliestEnd = (design: Design): number => (sessionsOf(design) - 1) * design.washout_days

function sharesOf(design: Design, arms: string[], place: number, session: number, cases: number): Share[] {
  const at = (index: number) => arms[index % arms.length] ?? ''
  if (sessionsOf(design) === 1) return [{ arm: at(0), cases }]
  // A Latin square: the reader after this one begins with the next arm, so that no arm is always first.
  if (design.kind !== 'crossover') return [{ arm: at(place + session), cases }]
  return arms.map((_, part) => ({ arm: at(place + session + part), cases: share(cases, arms.length, part) }))
}

/** The size of part `part` (from 0) of `whole` in `parts`, as even as can be. */
const share = (whole: number, parts: number, part: number): number => Math.floor(whole / parts) + (part < whole % parts ? 1 : 0)
