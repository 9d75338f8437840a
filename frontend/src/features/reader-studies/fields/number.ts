/** A number out of what somebody types. */

export type Bounds = { least: number; most: number; whole: boolean; optional: boolean }
export type Read = { good: true; value: number | null } | { good: false; value: undefined }

/** The number typed, null for an empty field that may be empty; not good outside its bounds or where it is none. A comma counts as point. */
export function readNumber(text: string, { least, most, whole, optional }: Bounds): Read {
  const typed = text.trim().replace(',', '.')
  if (typed === '') return optional ? { good: true, value: null } : { good: false, value: undefined }
  if (!(whole ? /^-?\d+$/ : /^-?\d*\.?\d+$/).test(typed)) return { good: false, value: undefined }
  const value = Number(typed)
  return value >= least && value <= most ? { good: true, value } : { good: false, value: undefined }
}
