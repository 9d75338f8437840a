import { describe, expect, it } from 'vitest'

import type { Cell, Mark, Row } from '../api/types'
import { inOrder, marksIn, splitNumber, tailOf } from './decimal'

const cell = (text: string, ...marks: Mark[]): Cell => ({ text, below: null, marks, reason: null, behind: null, value: null })
const row = (...texts: string[]): Row => ({ heading: false, cells: texts.map((text) => cell(text)) })

describe('a number at its decimal point', () => {
  it.each([
    ['84.26 (166/197)', '84', '.26 (166/197)'],
    ['0.815', '0', '.815'],
    ['-3.1', '-3', '.1'],
    ['1,234,567', '1,234,567', ''],
    ['< 0.001', '< 0', '.001'],
    ['12', '12', ''],
    ['12 %', '12', ' %'],
    ['–', '–', ''],
    ['unbounded', 'unbounded', ''],
    ['无下限', '无下限', ''],
    ['', '', ''],
  ])('%s', (text, whole, tail) => {
    expect(splitNumber(text)).toEqual({ whole, tail })
  })

  it('loses no sign of what it splits', () => {
    for (const text of ['T1_T2', '.5', '84.26 (166/197)', 'a 3', '3\n4']) {
      const { whole, tail } = splitNumber(text)
      expect(whole + tail).toBe(text)
    }
  })

  it('has the width of the longest tail of its column, headings aside', () => {
    const rows = [row('a', '84.26 (166/197)'), row('b', '7.1'), { heading: true, cells: [cell('External 1.23456789012345')] }]
    expect(tailOf(rows, 1)).toBe(tailOf([row('b', '84.26 (166/197)')], 1))
    expect(tailOf(rows, 1)).toBeGreaterThan(tailOf([row('b', '7.1')], 1))
    expect(tailOf(rows, 1)).toBeLessThan('.26 (166/197)'.length)
    expect(tailOf([], 1)).toBe(0)
  })

  it('is wider by its marks', () => {
    expect(tailOf([{ heading: false, cells: [cell('7.1', 'small', 'added')] }], 0)).toBeGreaterThan(tailOf([row('7.1')], 0))
  })
})

describe('marks', () => {
  it('come each once, in one order', () => {
    expect(inOrder(['added', 'small', 'significant', 'small'])).toEqual(['significant', 'small', 'added'])
    expect(marksIn([{ heading: false, cells: [cell('1', 'apparent'), cell('2', 'small')] }, { heading: true, cells: [cell('x')] }])).toEqual(['small', 'apparent'])
  })
})
