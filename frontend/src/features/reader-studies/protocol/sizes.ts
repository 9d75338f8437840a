/** Block sizes out of what somebody types: one to ten whole numbers from 2 to 100, else null. */
export function readSizes(text: string): number[] | null {
  const parts = text.split(/[\s,;]+/).filter(Boolean)
  const sizes = parts.map(Number)
  const good = parts.length >= 1 && parts.length <= 10 && parts.every((part) => /^\d+$/.test(part)) && sizes.every((size) => size >= 2 && size <= 100)
  return good ? sizes : null
}
