import { describe, expect, it } from 'vitest'

import type { Cell, Progress, ReaderProgress } from '../api/types'
import { leastOf, linesOf } from './matrix'

const cell = (number: number, session: number, state: Cell['state'], repeat = false): Cell => ({ case: number, session, arm: 'a', practice: false, repeat, state })
const session = (number: number) => ({ number, done: 0, total: 2, locked: false, washout_days: 0 })
const reader = (key: string, cells: Cell[]): ReaderProgress => ({ key, name: key, seniority: 'senior', simulated: false, ended: false, done: 0, total: 4, practice_done: 0, practice_total: 0, last_active_at: null, reminded_at: null, sessions: [session(1), session(2)], cells })
const progress: Progress = {
  done: 1,
  total: 8,
  cases: [1, 2].map((number) => ({ number, practice: false, withdrawn: false })),
  readers: [reader('one', [cell(1, 1, 'locked'), cell(1, 1, 'waiting', true), cell(2, 1, 'opened'), cell(1, 2, 'waiting')]), reader('two', [])],
}

describe('linesOf', () => {
  it('gives each reader a line for each session, each case a square', () => {
    const lines = linesOf(progress)
    expect(lines.map((one) => [one.reader.key, one.session])).toEqual([['one', 1], ['one', 2], ['two', 1], ['two', 2]])
    expect(lines.every((one) => one.squares.length === 2)).toBe(true)
  })

  it('counts a case as read only when its hidden repeat is, too, and leaves empty what is not read', () => {
    const [first, second] = linesOf(progress)
    expect(first?.squares.map((one) => one.state)).toEqual(['waiting', 'opened'])
    expect(first?.squares[0]?.parts).toHaveLength(2)
    expect(second?.squares.map((one) => one.state)).toEqual(['waiting', null])
  })
})

describe('leastOf', () => {
  it.each([
    [['locked', 'opened'], 'opened'],
    [['locked', 'withdrawn'], 'locked'],
    [['withdrawn'], 'withdrawn'],
    [[], null],
  ] as const)('%j is %s', (states, wanted) => expect(leastOf(states)).toBe(wanted))
})
