import { describe, expect, it } from 'vitest'

import type { Design, DesignKind, Order } from '../protocol/types'
import { earliestEnd, type Row, timetable } from './timetable'

const ORDER: Order = { block_sizes: [4], repeats: 0 }
const READERS = ['a', 'b', 'c', 'd'].map((key) => ({ key, name: key }))
const design = (kind: DesignKind, arms: number, more: Partial<Design> = {}): Design => ({
  kind,
  arms: Array.from({ length: arms }, (_, index) => ({ key: `arm_${index}`, name: { en: `Arm ${index}` }, images: 'complete' as const, ai: kind === 'sequential', prior: false })),
  washout_days: 28,
  groups: 1,
  lock: 'reading',
  lroc: false,
  ...more,
})

const under = (row: Row, arm: string) => row.sittings.flatMap((one) => one.shares).filter((one) => one.arm === arm).reduce((sum, one) => sum + one.cases, 0)

const SHAPES: [DesignKind, number, number][] = [
  ['single', 1, 1],
  ['sequential', 1, 1],
  ['washout', 2, 2],
  ['washout', 3, 3],
  ['crossover', 2, 2],
  ['crossover', 3, 3],
]

describe('timetable', () => {
  it.each(SHAPES)('of a %s design with %d arms: every reader reads every case once under every arm, in %d sessions', (kind, arms, sessions) => {
    for (const row of timetable(design(kind, arms), ORDER, READERS, 25, 0)) {
      expect(row.sittings).toHaveLength(sessions)
      for (let arm = 0; arm < arms; arm += 1) expect(under(row, `arm_${arm}`)).toBe(25)
      expect(row.readings).toBe(25 * arms)
    }
  })

  it('shares the cases out among the groups of a split-plot design', () => {
    const rows = timetable(design('split_plot', 2, { groups: 2 }), ORDER, READERS, 25, 0)
    expect(rows.map((row) => row.group)).toEqual([0, 1, 0, 1])
    expect(rows.map((row) => under(row, 'arm_0'))).toEqual([13, 12, 13, 12])
  })

  it('lets no arm be always first', () => {
    const first = timetable(design('washout', 2), ORDER, READERS, 10, 0).map((row) => row.sittings[0]?.shares[0]?.arm)
    expect(first).toEqual(['arm_0', 'arm_1', 'arm_0', 'arm_1'])
  })

  it('keeps sessions apart by the washout, practice in the first alone, repeats in each', () => {
    const [row] = timetable(design('crossover', 2, { washout_days: 35 }), { block_sizes: [4], repeats: 3 }, READERS, 20, 2)
    expect(row?.sittings.map((one) => [one.firstDay, one.practice, one.repeats, one.readings])).toEqual([[0, 2, 3, 25], [35, 0, 3, 23]])
    expect(earliestEnd(design('crossover', 2, { washout_days: 35 }))).toBe(35)
  })

  it('is empty without arms, and shows no empty share', () => {
    expect(timetable(design('single', 0), ORDER, READERS, 5, 0)).toEqual([])
    expect(timetable(design('crossover', 3), ORDER, READERS, 2, 0)[0]?.sittings[0]?.shares).toHaveLength(2)
  })
})
