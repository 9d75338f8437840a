import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import { below, cohortOf, type Column, countsAt, type Estimate, figuresAt, secondCutoff, type Tariff, TIERS, type TierName, youden } from './arithmetic'
import { BINS, histogramOf } from './histogram'

type Interval = [number | null, number | null, number | null]
type Economics = {
  prevalence: number | null
  tiers: Record<string, Record<'patients' | 'diseased' | 'detected' | 'cost_per_detected', Interval>>
  tactic: Record<string, number>
  conventional: Record<string, number>
  saved: Record<string, number>
}
type Golden = {
  columns: Column
  tariff: Tariff
  at: { first: number; second: number; tiers: Record<string, Record<string, number>>; sensitivity: Interval; specificity: Interval; economics: Economics[] }[]
  youden: number
  chosen: { first: number; second: number }
  searches: { first: number; target: string; value: number | null; attainment: string; sensitivity: number }[]
}

const GOLDEN = JSON.parse(readFileSync('src/features/cutoff-desk/arithmetic.fixture.json', 'utf8')) as Golden
const cohort = cohortOf([GOLDEN.columns])
/** The reports' analyses call the tier without advice by these words. */
const tierNamed = (name: string) => (name === 'no advice' ? 'none' : name) as TierName

function same(found: number | null, expected: number | null, what: string) {
  if (expected === null || found === null) expect(found, what).toBe(expected)
  else expect(Math.abs(found - expected), `${what}: ${found} for ${expected}`).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected)))
}

function sameInterval(found: Estimate, expected: Interval, what: string) {
  same(found.value, expected[0], `${what}, value`)
  same(found.low, expected[1], `${what}, low`)
  same(found.high, expected[2], `${what}, high`)
}

describe('the same numbers as the server', () => {
  it.each(GOLDEN.at)('at $first and $second', ({ first, second, tiers, sensitivity, specificity, economics }) => {
    const counts = countsAt(cohort, first, second)
    for (const [name, expected] of Object.entries(tiers)) {
      const { cases, diseased, detected, falseAlarms, wouldDetect } = counts[tierNamed(name)]
      expect({ cases, diseased, detected, false_alarms: falseAlarms, enhanced_would_detect: wouldDetect, missed: diseased - detected }, name).toEqual(expected)
    }
    for (const one of economics) {
      const figures = figuresAt(counts, GOLDEN.tariff, one.prevalence)
      sameInterval(figures.sensitivity, sensitivity, 'sensitivity')
      sameInterval(figures.specificity, specificity, 'specificity')
      for (const [name, expected] of Object.entries(one.tiers)) {
        const tier = figures.tiers?.[tierNamed(name)]
        if (!tier) throw new Error(`no ${name}`)
        sameInterval(tier.patients, expected.patients, `${name} patients`)
        sameInterval(tier.diseased, expected.diseased, `${name} diseased`)
        sameInterval(tier.detected, expected.detected, `${name} detected`)
        sameInterval(tier.costPerDetected, expected.cost_per_detected, `${name} cost`)
      }
      for (const of of ['tactic', 'conventional', 'saved'] as const) {
        for (const measure of ['cost', 'exchanged', 'hours'] as const) same(figures[of][measure], one[of][measure] ?? null, `${of} ${measure}`)
      }
    }
  })

  it('in its searches', () => {
    expect(youden(cohort)).toBe(GOLDEN.youden)
    expect(secondCutoff(cohort, GOLDEN.chosen.first, '0.9')?.value).toBe(GOLDEN.chosen.second)
    for (const { first, target, value, attainment, sensitivity } of GOLDEN.searches) {
      const found = secondCutoff(cohort, first, target)
      expect(found?.attainment.replace('_', ' '), `${first} ${target}`).toBe(attainment)
      expect(found?.sensitivity).toBe(sensitivity)
      if (value !== null) expect(found?.value).toBe(value)
      else expect(found?.value).toBe(lowestRescued(first))
    }
  })
})

/** As ml.tactic.choose_cutoffs has it where a target is unattainable. */
function lowestRescued(first: number): number {
  const { scores, t1wic, truths, t1wic_cutoff } = GOLDEN.columns
  const rescued = scores.filter((score, index) => truths[index] === 1 && score < first && (t1wic[index] ?? -1) >= (t1wic_cutoff ?? 2))
  return rescued.length ? Math.min(...rescued) : first
}

/** A small generator with a seed: the same columns in every run. */
function randomColumns(seed: number, size: number): Column {
  let state = seed
  const next = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648
  const rows = Array.from({ length: size }, () => ({ score: Math.round(next() * 40) / 40, t1wic: next() < 0.1 ? null : next(), truth: Number(next() < 0.3) }))
  return {
    scores: rows.map((row) => row.score),
    t1wic: rows.map((row) => row.t1wic),
    truths: rows.map((row) => row.truth),
    t1wic_cutoff: 0.4,
    no_advice_diseased: seed % 3,
    no_advice_healthy: seed % 2,
  }
}

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8]
const tariff: Tariff = { enhanced: 2444, unenhanced: 2246, seconds_enhanced: 815, seconds_unenhanced: 465, exchange_rate: 7.17 }

describe('whatever the cohort', () => {
  it.each(SEEDS)('counts as one by one (%i)', (seed) => {
    const columns = randomColumns(seed, 60)
    const made = cohortOf([columns])
    for (let first = 0; first <= 1; first += 0.125) {
      for (let second = 0; second <= first; second += 0.125) {
        const counts = countsAt(made, first, second)
        const suspicious = columns.scores.map((score, index) => ({ score, index })).filter(({ score }) => score >= second && score < first)
        const called = suspicious.filter(({ index }) => (columns.t1wic[index] ?? -1) >= 0.4)
        expect(counts.positive.cases).toBe(columns.scores.filter((score) => score >= first).length)
        expect(counts.suspicious.cases).toBe(suspicious.length)
        expect(counts.suspicious.detected).toBe(called.filter(({ index }) => columns.truths[index] === 1).length)
        expect(counts.suspicious.falseAlarms).toBe(called.filter(({ index }) => columns.truths[index] === 0).length)
        expect(TIERS.reduce((sum, tier) => sum + counts[tier].cases, 0)).toBe(60 + columns.no_advice_diseased + columns.no_advice_healthy)
      }
    }
  })

  it.each(SEEDS)('spares more and misses no less as the second cutoff rises (%i)', (seed) => {
    const made = cohortOf([randomColumns(seed, 80)])
    let before = figuresAt(countsAt(made, 0.8, 0), tariff, 0.1)
    for (let second = 0.05; second <= 0.8; second += 0.05) {
      const now = figuresAt(countsAt(made, 0.8, second), tariff, 0.1)
      expect(now.spared.count).toBeGreaterThanOrEqual(before.spared.count)
      expect(now.sensitivity.count).toBeLessThanOrEqual(before.sensitivity.count)
      expect(now.saved.cost).toBeGreaterThanOrEqual(before.saved.cost - 1e-6)
      before = now
    }
  })

  it.each(SEEDS)('the tiers add up to the whole, at any prevalence (%i)', (seed) => {
    const made = cohortOf([randomColumns(seed, 80)])
    for (const prevalence of [null, 0.01, 0.3, 0.9]) {
      const figures = figuresAt(countsAt(made, 0.7, 0.3), tariff, prevalence)
      const sum = (of: 'exams' | 'hours' | 'spared') => TIERS.reduce((found, tier) => found + (figures.tiers?.[tier][of] ?? NaN), 0)
      expect(sum('exams')).toBeCloseTo(figures.tactic.cost, 4)
      expect(sum('hours')).toBeCloseTo(figures.tactic.hours, 6)
      expect(sum('spared') * (tariff.enhanced - tariff.unenhanced)).toBeCloseTo(figures.saved.cost, 4)
    }
  })

  it.each(SEEDS)('at its own prevalence a cohort is itself (%i)', (seed) => {
    const made = cohortOf([randomColumns(seed, 80)])
    const counts = countsAt(made, 0.7, 0.3)
    const own = figuresAt(counts, tariff, null)
    const prevalence = own.sensitivity.n / (own.sensitivity.n + own.specificity.n)
    expect(figuresAt(counts, tariff, prevalence).tactic.cost).toBeCloseTo(own.tactic.cost, 4)
  })

  it('takes cohorts together in any order', () => {
    const [one, two] = [randomColumns(1, 40), randomColumns(2, 50)]
    const counts = [cohortOf([one, two]), cohortOf([two, one])].map((made) => countsAt(made, 0.6, 0.25))
    expect(counts[0]).toEqual(counts[1])
  })
})

describe('at the ends', () => {
  const empty: Column = { scores: [], t1wic: [], truths: [], t1wic_cutoff: null, no_advice_diseased: 0, no_advice_healthy: 0 }

  it('says nothing of nobody', () => {
    const figures = figuresAt(countsAt(cohortOf([empty]), 0.5, 0.2), tariff, null)
    expect(figures.tiers).toBeNull()
    expect(figures.sensitivity.value).toBeNull()
    expect(youden(cohortOf([empty]))).toBeNull()
    expect(secondCutoff(cohortOf([empty]), 0.5, '0.9')).toBeNull()
  })

  it('makes no other prevalence of one kind of patient', () => {
    const made = cohortOf([{ ...empty, scores: [0.2, 0.8], t1wic: [null, null], truths: [1, 1] }])
    expect(figuresAt(countsAt(made, 0.5, 0.1), tariff, 0.03).tiers).toBeNull()
    expect(figuresAt(countsAt(made, 0.5, 0.1), tariff, null).tiers).not.toBeNull()
  })

  it('a score at a cutoff counts as above it', () => {
    const made = cohortOf([{ ...empty, scores: [0.1, 0.3, 0.3, 0.9], t1wic: [null, null, null, null], truths: [0, 1, 0, 1] }])
    expect([below(made, 0.3), below(made, 0.3000001), below(made, 0), below(made, 1)]).toEqual([1, 3, 0, 4])
  })

  it('bins hold every score, 1 the last one', () => {
    const made = cohortOf([{ ...empty, scores: [0, 0.02, 0.5, 1], t1wic: [null, null, null, null], truths: [0, 1, 0, 1] }])
    const { diseased, healthy } = histogramOf(made)
    expect([healthy[0], diseased[1], healthy[BINS / 2], diseased[BINS - 1]]).toEqual([1, 1, 1, 1])
  })
})
