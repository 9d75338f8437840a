/** The matrix readers × cases: one line for each reader and session, one square for each case, states only. */
import type { Cell, CellState, Progress, ReaderProgress } from '../api/types'

export type Square = { number: number; practice: boolean; state: CellState | null; parts: { arm: string; repeat: boolean; state: CellState }[] }
export type Line = { reader: ReaderProgress; session: number; squares: Square[] }

/** From the least done to the most: a square with several readings shows the least. */
const ORDER: readonly CellState[] = ['waiting', 'opened', 'paused', 'submitted', 'locked']

export function linesOf(progress: Progress): Line[] {
  return progress.readers.flatMap((reader) => {
    const found = new Map<string, Cell[]>()
    for (const cell of reader.cells) {
      const key = `${cell.session} ${cell.case}`
      found.set(key, [...(found.get(key) ?? []), cell])
    }
    return reader.sessions.map(({ number: session }) => ({
      reader,
      session,
      squares: progress.cases.map(({ number, practice }): Square => {
        const cells = found.get(`${session} ${number}`) ?? []
        return { number, practice, state: leastOf(cells.map((one) => one.state)), parts: cells.map(({ arm, repeat, state }) => ({ arm, repeat, state })) }
      }),
    }))
  })
}

/** Withdrawn where all are; null where nothing is read. */
export function leastOf(states: readonly CellState[]): CellState | null {
  const counting: readonly CellState[] = states.filter((one) => one !== 'withdrawn')
  if (counting.length === 0) return states[0] ?? null
  return ORDER.find((state) => counting.includes(state)) ?? null
}
