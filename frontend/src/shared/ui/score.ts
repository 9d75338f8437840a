/** Where a value from 0 to 1 stands on the score strip, and with how many decimals it is written. */
export const STRIP = { width: 116, height: 18, inset: 6 } as const

/** Pixels from the strip's left edge; values outside 0–1 stay at its ends. */
export function onStrip(value: number): number {
  const inside = Math.min(1, Math.max(0, value))
  return Math.round((STRIP.inset + inside * (STRIP.width - 2 * STRIP.inset)) * 10) / 10
}

/** Beyond 17 decimals two different numbers from 0 to 1 are told apart by none. */
const MOST_DECIMALS = 17

/**
 * Decimals with which a score is never read into another tier: as few as `least`, and as many more as it takes until the
 * written score stands on the same side of every written cutoff as the score itself, and equal only where it is equal.
 *
 * 0.32897 and a cutoff of 0.32902 are both 0.329 in three decimals; they are 0.32897 and 0.32902 in five.
 */
export function decimalsFor(score: number, cutoffs: readonly (number | null | undefined)[], least = 2): number {
  const known = cutoffs.filter((cutoff): cutoff is number => typeof cutoff === 'number')
  for (let decimals = least; decimals < MOST_DECIMALS; decimals += 1) {
    const written = Number(score.toFixed(decimals))
    const apart = known.every((cutoff) => Math.sign(written - Number(cutoff.toFixed(decimals))) === Math.sign(score - cutoff))
    if (apart) return decimals
  }
  return MOST_DECIMALS
}

export type WrittenScore = { score: string; cutoffs: readonly (string | null)[] }

/** A score and its cutoffs in the same number of decimals, such that nobody reads it into another tier. */
export function writeScore(score: number, cutoffs: readonly (number | null | undefined)[], least = 2): WrittenScore {
  const decimals = decimalsFor(score, cutoffs, least)
  return {
    score: score.toFixed(decimals),
    cutoffs: cutoffs.map((cutoff) => (typeof cutoff === 'number' ? cutoff.toFixed(decimals) : null)),
  }
}
