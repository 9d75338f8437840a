/** Changing one value deep in a protocol without touching the rest: every part that did not change stays the same object. */

export type Path = readonly (string | number)[]

/** A copy of `whole` with `value` at `path`. A path through what is not there is a mistake of the page's, and says so. */
export function put<T>(whole: T, path: Path, value: unknown): T {
  const [step, ...rest] = path
  if (step === undefined) return value as T
  if (Array.isArray(whole)) {
    if (typeof step !== 'number' || step < 0 || step > whole.length) throw new RangeError(`no place ${step} among ${whole.length}`)
    const copy = whole.slice() as unknown[]
    copy[step] = put(copy[step], rest, value)
    return copy as T
  }
  if (whole === null || typeof whole !== 'object' || !(step in whole)) throw new RangeError(`no ${step} to change`)
  const inner = (whole as Record<string, unknown>)[step]
  const changed = put(inner, rest, value)
  return Object.is(inner, changed) ? whole : ({ ...whole, [step]: changed } as T)
}

/** `list` with the entry at `from` moved by `by` places, at most to an end. */
export function moved<T>(list: readonly T[], from: number, by: number): T[] {
  const to = Math.min(list.length - 1, Math.max(0, from + by))
  const copy = list.slice()
  const [entry] = copy.splice(from, 1)
  if (entry !== undefined) copy.splice(to, 0, entry)
  return copy
}

export function without<T>(list: readonly T[], at: number): T[] {
  return list.filter((_, index) => index !== at)
}

/** A key that none of `taken` has: the base itself, else the base with the next number. Letters, digits and _ alone, as the server wants. */
export function freeKey(base: string, taken: readonly string[]): string {
  const plain = base.toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^[^a-z]+|_+$/g, '').slice(0, 34) || 'item'
  if (!taken.includes(plain)) return plain
  let number = 2
  while (taken.includes(`${plain}_${number}`)) number += 1
  return `${plain}_${number}`
}

/** Whether two JSON values say the same, whatever the order of an object's keys: the server stores them sorted. */
export function same(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true
  if (one === null || other === null || typeof one !== 'object' || typeof other !== 'object') return false
  if (Array.isArray(one) !== Array.isArray(other)) return false
  const left = Object.keys(one)
  return left.length === Object.keys(other).length && left.every((key) => key in other && same(one[key as keyof typeof one], other[key as keyof typeof other]))
}
