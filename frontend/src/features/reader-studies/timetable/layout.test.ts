import { describe, expect, it } from 'vitest'

import type { PlannedReader } from '../api/types'
import { armLetter, GAP, layout } from './layout'

const block = (arm: string, cases: number, practice = 0, repeats = 0) => ({ arm, cases, practice, repeats })
const CROSSOVER: PlannedReader[] = ['Senior', 'Junior'].map((name, turn) => ({
  key: turn === 0 ? 'r1' : '',
  name,
  sessions: [
    { number: 1, earliest_day: 0, blocks: [block('a', 12, 2), block('b', 12)] },
    { number: 2, earliest_day: 35, blocks: [block('b', 12, 0, 2), block('a', 12)] },
  ],
}))

describe('layout', () => {
  it('gives each session a column, the columns their distance, and says how long to wait', () => {
    const { columns, columnWidth } = layout(CROSSOVER, 1000)
    expect(columns.map((one) => [one.number, one.day, one.wait])).toEqual([[1, 0, 0], [2, 35, 35]])
    expect(columns[1]?.x).toBe(columnWidth + GAP)
    expect(columnWidth * 2 + GAP).toBe(1000)
  })

  it('draws bars one after the other on one scale, within their column', () => {
    const { rows, columns, columnWidth } = layout(CROSSOVER, 1000)
    for (const row of rows)
      row.sittings.forEach((sitting, place) => {
        const start = columns[place]?.x ?? NaN
        let at = start
        for (const bar of sitting.bars) {
          expect(bar.x).toBeCloseTo(at)
          at += bar.width
        }
        expect(at).toBeLessThanOrEqual(start + columnWidth + 0.001)
      })
    const [first, second] = rows[0]?.sittings ?? []
    expect(first?.bars[0]?.width).toBeCloseTo(second?.bars[0]?.width ?? NaN)
    expect(first?.bars[0]?.width).toBeGreaterThan(first?.bars[1]?.width ?? NaN)
  })

  it('counts readings, practice and repeats included', () => {
    const { rows, readings } = layout(CROSSOVER, 1000)
    expect(rows.map((one) => one.readings)).toEqual([52, 52])
    expect(readings).toBe(104)
  })

  it('shows a stretch of one case among a thousand, and nothing where nobody reads', () => {
    const [row] = layout([{ key: 'r', name: 'R', sessions: [{ number: 1, earliest_day: 0, blocks: [block('a', 1), block('b', 999)] }] }], 500).rows
    expect(row?.sittings[0]?.bars[0]?.width).toBeGreaterThan(5)
    expect(layout([], 500).rows).toEqual([])
  })

  it('keeps rows apart whose reader is yet to be found', () => expect(new Set(layout([...CROSSOVER, { ...CROSSOVER[1]!, name: 'x' }], 500).rows.map((one) => one.key)).size).toBe(3))
})

describe('armLetter', () => {
  it.each([['a', 'A'], ['b', 'B'], ['gone', '?']])('of %s is %s', (arm, letter) => expect(armLetter(['a', 'b'], arm)).toBe(letter))
})
