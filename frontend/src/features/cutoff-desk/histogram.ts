/** Scores in bins of equal width, those with and those without recurrence apart. */
import type { Cohort } from './arithmetic'

export const BINS = 50

export type Histogram = { readonly diseased: readonly number[]; readonly healthy: readonly number[] }

/** A score at a bin's edge belongs to the bin above it; 1 to the last one. */
export function histogramOf(cohort: Cohort): Histogram {
  const diseased = new Array<number>(BINS).fill(0)
  const healthy = new Array<number>(BINS).fill(0)
  cohort.scores.forEach((score, index) => {
    const bin = Math.min(BINS - 1, Math.floor(score * BINS))
    const one = (cohort.diseased[index + 1] ?? 0) > (cohort.diseased[index] ?? 0) ? diseased : healthy
    one[bin] = (one[bin] ?? 0) + 1
  })
  return { diseased, healthy }
}
