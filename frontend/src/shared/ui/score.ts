/** Where a value from 0 to 1 stands on the score strip. */
export const STRIP = { width: 116, height: 18, inset: 6 } as const

/** Pixels from the strip's left edge; values outside 0–1 stay at its ends. */
export function onStrip(value: number): number {
  const inside = Math.min(1, Math.max(0, value))
  return Math.round((STRIP.inset + inside * (STRIP.width - 2 * STRIP.inset)) * 10) / 10
}
