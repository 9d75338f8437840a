/**
 * The cutoff desk's arithmetic: scores once sorted, every move then two binary searches and a few differences of sums.
 *
 * The same numbers as the server's: ml/tactic.py (tiers, Youden, second cutoff), ml/evaluation/estimate.py (Wilson's corrected
 * interval) and ml/evaluation/economics.py. arithmetic.fixture.json is made by Python, and the tests hold both against it.
 */

export type Column = {
  readonly scores: readonly number[]
  readonly t1wic: readonly (number | null)[]
  /** 1: recurrence. */
  readonly truths: readonly number[]
  readonly t1wic_cutoff: number | null
  readonly no_advice_diseased: number
  readonly no_advice_healthy: number
}

/** Scores upwards; `diseased[i]`, … : how many of the first i. Called: T1WIC at or above its own cutoff. */
export type Cohort = {
  readonly size: number
  readonly scores: Float64Array
  readonly diseased: Int32Array
  readonly calledDiseased: Int32Array
  readonly calledHealthy: Int32Array
  readonly missing: Int32Array
  readonly noAdvice: { readonly diseased: number; readonly healthy: number }
}

export const TIERS = ['positive', 'suspicious', 'negative', 'none'] as const
export type TierName = (typeof TIERS)[number]

/** `detected`, `falseAlarms`: called by the tactic. `wouldDetect`: recurrences that T1WIC calls, asked or not. */
export type Count = { cases: number; diseased: number; detected: number; falseAlarms: number; wouldDetect: number; missing: number }
export type Counts = Readonly<Record<TierName, Count>>

export type Tariff = {
  enhanced: number
  unenhanced: number
  seconds_enhanced: number
  seconds_unenhanced: number
  exchange_rate: number
}

export type Estimate = { value: number | null; low: number | null; high: number | null }
export type Strategy = { cost: number; exchanged: number; hours: number }

/** Per 1000 patients. `exams`, `hours`: of this tier's own examinations. */
export type TierFigures = {
  patients: Estimate
  diseased: Estimate
  detected: Estimate
  costPerDetected: Estimate
  missed: number
  spared: number
  exams: number
  hours: number
}

export type Figures = {
  counts: Counts
  /** Null where the prevalence asked for cannot be made up: one kind of patient is missing. */
  tiers: Readonly<Record<TierName, TierFigures>> | null
  tactic: Strategy
  conventional: Strategy
  saved: Strategy
  sensitivity: Estimate & { count: number; n: number }
  specificity: Estimate & { count: number; n: number }
  spared: Estimate & { count: number; n: number }
}

const PER = 1000
/** NormalDist().inv_cdf(0.975), to the last bit. */
const Z = 1.9599639845400536

export function cohortOf(columns: readonly Column[]): Cohort {
  const rows = columns.flatMap((one) =>
    one.scores.map((score, index) => {
      const enhanced = one.t1wic[index] ?? null
      const called = enhanced !== null && one.t1wic_cutoff !== null && enhanced >= one.t1wic_cutoff
      return { score, diseased: one.truths[index] === 1, called, missing: enhanced === null }
    }),
  )
  rows.sort((a, b) => a.score - b.score)
  return {
    size: rows.length,
    scores: Float64Array.from(rows, (row) => row.score),
    diseased: sums(rows, (row) => row.diseased),
    calledDiseased: sums(rows, (row) => row.diseased && row.called),
    calledHealthy: sums(rows, (row) => !row.diseased && row.called),
    missing: sums(rows, (row) => row.missing),
    noAdvice: { diseased: total(columns, 'no_advice_diseased'), healthy: total(columns, 'no_advice_healthy') },
  }
}

function sums<Row>(rows: readonly Row[], counts: (row: Row) => boolean): Int32Array {
  const found = new Int32Array(rows.length + 1)
  rows.forEach((row, index) => (found[index + 1] = (found[index] ?? 0) + Number(counts(row))))
  return found
}

const total = (columns: readonly Column[], of: 'no_advice_diseased' | 'no_advice_healthy') => columns.reduce((sum, one) => sum + one[of], 0)

const at = (sums: Int32Array, index: number) => sums[index] ?? 0

/** How many scores lie below the cutoff: a score at it counts as above. */
export function below(cohort: Cohort, cutoff: number): number {
  let [low, high] = [0, cohort.size]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((cohort.scores[middle] ?? 0) < cutoff) low = middle + 1
    else high = middle
  }
  return low
}

export function countsAt(cohort: Cohort, first: number, second: number): Counts {
  const [lower, upper] = [below(cohort, second), below(cohort, first)]
  const negative = between(cohort, 0, lower)
  const positive = between(cohort, upper, cohort.size)
  const { diseased, healthy } = cohort.noAdvice
  return {
    positive: { ...positive, detected: positive.diseased, falseAlarms: positive.cases - positive.diseased },
    suspicious: between(cohort, lower, upper),
    negative: { ...negative, detected: 0, falseAlarms: 0 },
    none: { cases: diseased + healthy, diseased, detected: diseased, falseAlarms: healthy, wouldDetect: diseased, missing: 0 },
  }
}

/** Of a stretch, as if T1WIC decided: what suspicious patients get. */
function between(cohort: Cohort, from: number, to: number): Count {
  const of = (sums: Int32Array) => at(sums, to) - at(sums, from)
  const detected = of(cohort.calledDiseased)
  return { cases: to - from, diseased: of(cohort.diseased), detected, falseAlarms: of(cohort.calledHealthy), wouldDetect: detected, missing: of(cohort.missing) }
}

/** `prevalence` null: the cohort's own, in whole numbers per 1000 as the paper has it. */
export function figuresAt(counts: Counts, tariff: Tariff, prevalence: number | null): Figures {
  const all = TIERS.map((tier) => counts[tier])
  const [n, diseased, called, alarms] = [sum(all, 'cases'), sum(all, 'diseased'), sum(all, 'detected'), sum(all, 'falseAlarms')]
  const healthy = n - diseased
  const tiers = n === 0 || (prevalence !== null && Math.min(diseased, healthy) === 0) ? null : tiersOf(counts, tariff, prevalence, n, diseased)
  const enhanced = tiers ? enhancedShare(counts, prevalence, n, diseased) : 1
  const [tactic, conventional] = [strategy(enhanced, tariff), strategy(1, tariff)]
  return {
    counts,
    tiers,
    tactic,
    conventional,
    saved: { cost: conventional.cost - tactic.cost, exchanged: conventional.exchanged - tactic.exchanged, hours: conventional.hours - tactic.hours },
    sensitivity: proportion(called, diseased),
    specificity: proportion(healthy - alarms, healthy),
    spared: proportion(counts.negative.cases, n),
  }
}

const sum = (all: readonly Count[], of: keyof Count) => all.reduce((found, one) => found + one[of], 0)

const SENT: readonly TierName[] = ['positive', 'suspicious', 'none']
const isSent = (tier: TierName) => SENT.includes(tier)

/** The share of patients that a tier takes. */
function shareOf(count: Count, prevalence: number | null, n: number, diseased: number): number {
  if (prevalence === null) return count.cases / n
  return (prevalence * count.diseased) / diseased + ((1 - prevalence) * (count.cases - count.diseased)) / (n - diseased)
}

function enhancedShare(counts: Counts, prevalence: number | null, n: number, diseased: number): number {
  if (prevalence === null) return SENT.reduce((found, tier) => found + counts[tier].cases, 0) / n
  return SENT.reduce((found, tier) => found + shareOf(counts[tier], prevalence, n, diseased), 0)
}

function tiersOf(counts: Counts, tariff: Tariff, prevalence: number | null, n: number, diseased: number): Readonly<Record<TierName, TierFigures>> {
  const one = (tier: TierName): TierFigures => {
    const count = counts[tier]
    // In the tier that is not sent: what T1WIC would have detected there, as the paper has it.
    const detected = isSent(tier) ? count.detected : count.wouldDetect
    const share = shareOf(count, prevalence, n, diseased)
    const missed = count.diseased - count.detected
    const found = prevalence === null ? perThousand(detected, n) : scaled(detected, diseased, prevalence)
    return {
      patients: prevalence === null ? perThousand(count.cases, n) : bare(PER * share),
      diseased: prevalence === null ? perThousand(count.diseased, n) : bare((PER * prevalence * count.diseased) / diseased),
      detected: found,
      costPerDetected: costPerDetected(found, tariff),
      missed: prevalence === null ? (PER * missed) / n : (PER * prevalence * missed) / diseased,
      spared: isSent(tier) ? 0 : PER * share,
      exams: PER * share * (isSent(tier) ? tariff.enhanced : tariff.unenhanced),
      hours: (PER * share * (isSent(tier) ? tariff.seconds_enhanced : tariff.seconds_unenhanced)) / 3600,
    }
  }
  return { positive: one('positive'), suspicious: one('suspicious'), negative: one('negative'), none: one('none') }
}

const bare = (value: number): Estimate => ({ value, low: null, high: null })

function scaled(count: number, diseased: number, prevalence: number): Estimate {
  const { value, low, high } = proportion(count, diseased)
  return { value: PER * prevalence * (value ?? 0), low: PER * prevalence * (low ?? 0), high: PER * prevalence * (high ?? 0) }
}

/** Of 1000 patients, a share of whom gets contrast. */
export function strategy(enhanced: number, tariff: Tariff): Strategy {
  const cost = PER * (enhanced * tariff.enhanced + (1 - enhanced) * tariff.unenhanced)
  const seconds = PER * (enhanced * tariff.seconds_enhanced + (1 - enhanced) * tariff.seconds_unenhanced)
  return { cost, exchanged: cost / tariff.exchange_rate, hours: seconds / 3600 }
}

/** Rounded, halves up, as the paper prints; exact, since subtracting the floor is. */
function whole(value: number): number {
  const floor = Math.floor(value)
  return value - floor >= 0.5 ? floor + 1 : floor
}

function perThousand(count: number, n: number): Estimate {
  const [low, high] = limits(count / n, n)
  return { value: Math.floor((2 * PER * count + n) / (2 * n)), low: whole(PER * low), high: whole(PER * high) }
}

/** The cost of 1000 enhanced examinations by the recurrences detected per 1000, whatever the tier: the paper's rule. */
function costPerDetected({ value, low, high }: Estimate, tariff: Tariff): Estimate {
  const all = PER * tariff.enhanced
  return { value: value ? all / value : null, low: high ? all / high : null, high: value && low ? all / low : null }
}

export function proportion(count: number, n: number): Estimate & { count: number; n: number } {
  if (n === 0) return { value: null, low: null, high: null, count, n }
  const [low, high] = limits(count / n, n)
  return { value: count / n, low, high, count, n }
}

/** Wilson's interval with continuity correction (Newcombe 1998, method 4), 95 %. */
export function limits(p: number, n: number): readonly [number, number] {
  const [q, z, under] = [1 - p, Z, 2 * (n + Z * Z)]
  const low = (2 * n * p + z * z - 1 - z * Math.sqrt(Math.max(z * z - 2 - 1 / n + 4 * p * (n * q + 1), 0))) / under
  const high = (2 * n * p + z * z + 1 + z * Math.sqrt(Math.max(z * z + 2 - 1 / n + 4 * p * (n * q - 1), 0))) / under
  return [Math.max(0, Math.min(p === 0 ? 0 : low, p)), Math.min(1, Math.max(p === 1 ? 1 : high, p))]
}

/** The score with the largest sensitivity + specificity - 1 as cutoff; of several, the lowest. Null where a kind is missing. */
export function youden(cohort: Cohort): number | null {
  const positives = at(cohort.diseased, cohort.size)
  const negatives = cohort.size - positives
  if (positives === 0 || negatives === 0) return null
  let [best, found] = [-Infinity, 0]
  for (let index = 0; index < cohort.size; index += 1) {
    if (index > 0 && cohort.scores[index] === cohort.scores[index - 1]) continue
    const above = positives - at(cohort.diseased, index)
    const value = above * negatives - (cohort.size - index - above) * positives
    if (value > best) [best, found] = [value, cohort.scores[index] ?? 0]
  }
  return found
}

export type Second = { value: number; attainment: 'found' | 'not_needed' | 'unattainable'; sensitivity: number }

/**
 * The highest second cutoff with which the tactic finds the target share of recurrences, `target` being the decimal written.
 * Unattainable: the highest that finds every recurrence T1WIC can still find. Null without a recurrence.
 */
export function secondCutoff(cohort: Cohort, first: number, target: string): Second | null {
  const positives = at(cohort.diseased, cohort.size)
  if (positives === 0) return null
  const upper = below(cohort, first)
  const found = positives - at(cohort.diseased, upper)
  const wanted = ceilOf(target, positives) - found
  if (wanted <= 0) return { value: first, attainment: 'not_needed', sensitivity: found / positives }
  const rescuable = at(cohort.calledDiseased, upper)
  const index = rescuable === 0 ? upper : placeOf(cohort, rescuable - Math.min(wanted, rescuable), upper)
  const value = rescuable === 0 ? first : (cohort.scores[index] ?? first)
  const rescued = rescuable - at(cohort.calledDiseased, below(cohort, value))
  return { value, attainment: rescuable < wanted ? 'unattainable' : 'found', sensitivity: (found + rescued) / positives }
}

/** The row of the recurrence before which T1WIC calls exactly `before` others. */
function placeOf(cohort: Cohort, before: number, upper: number): number {
  let [low, high] = [0, upper]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (at(cohort.calledDiseased, middle + 1) <= before) low = middle + 1
    else high = middle
  }
  return low
}

/** ceil(target × count) in whole numbers: 0.9 of 10 is 9. */
function ceilOf(target: string, count: number): number {
  const [units = '0', decimals = ''] = target.split('.')
  const scale = 10n ** BigInt(decimals.length)
  const share = BigInt(units + decimals) * BigInt(count)
  return Number((share + scale - 1n) / scale)
}
