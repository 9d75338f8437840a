/** How handles move: in thousandths, the second cutoff never above the first; prevalence on a scale that shows 3 % as well as 50 %. */

export type Cutoffs = { readonly first: number; readonly second: number }
export type Which = keyof Cutoffs

export const STEP = 0.001
export const STRIDE = 0.01
export const PREVALENCE = { low: 0.001, high: 0.9 } as const

const inside = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value))
const rounded = (value: number) => Math.round(value * 1000) / 1000

/** A handle goes no further than the other one. Whole thousandths, but where the other one stands between two. */
export function moved(cutoffs: Cutoffs, which: Which, value: number): Cutoffs {
  const { first, second } = cutoffs
  const there = rounded(inside(value, 0, 1))
  if (which === 'first') return { second, first: value <= second ? second : Math.max(there, second) }
  return { first, second: value >= first ? first : Math.min(there, first) }
}

/** What a key asks of a slider; null where it asks nothing. */
export function keyed(key: string, shift: boolean, value: number, low: number, high: number): number | null {
  const by = shift ? STRIDE : STEP
  const steps: Readonly<Record<string, number>> = { ArrowRight: by, ArrowUp: by, ArrowLeft: -by, ArrowDown: -by, PageUp: 5 * STRIDE, PageDown: -5 * STRIDE }
  if (key === 'Home') return low
  if (key === 'End') return high
  const step = steps[key]
  return step === undefined ? null : rounded(inside(value + step, low, high))
}

const logit = (share: number) => Math.log(share / (1 - share))
const [LOW, HIGH] = [logit(PREVALENCE.low), logit(PREVALENCE.high)]

/** Where a prevalence stands on its track, from 0 to 1. */
export const placeOf = (prevalence: number) => (logit(inside(prevalence, PREVALENCE.low, PREVALENCE.high)) - LOW) / (HIGH - LOW)

/** Which prevalence a place on the track is. */
export function prevalenceAt(place: number): number {
  const odds = Math.exp(LOW + inside(place, 0, 1) * (HIGH - LOW))
  return inside(rounded(odds / (1 + odds)), PREVALENCE.low, PREVALENCE.high)
}
