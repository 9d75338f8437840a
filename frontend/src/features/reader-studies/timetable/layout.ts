/** A timetable's geometry: a row for each reader, a column for each session, in it a bar for each stretch of cases under one arm. */
import type { PlannedReader, PlannedSession } from '../api/types'

export type Bar = { arm: string; cases: number; practice: number; repeats: number; x: number; width: number }
export type Sitting = { number: number; x: number; width: number; readings: number; bars: Bar[] }
export type Row = { key: string; name: string; readings: number; sittings: Sitting[] }
export type Column = { number: number; x: number; day: number; wait: number }
export type Drawing = { columns: Column[]; columnWidth: number; rows: Row[]; readings: number }

export const GAP = 84
/** A stretch is never drawn too narrow to be seen, whatever its share. */
const LEAST = 6

const readingsOf = (session: PlannedSession) => session.blocks.reduce((sum, one) => sum + one.cases + one.practice + one.repeats, 0)

/** Bars in px for a width in px, on one scale for all rows; `wait`: days since the session before, at least. */
export function layout(readers: readonly PlannedReader[], width: number): Drawing {
  const most = Math.max(0, ...readers.map((one) => one.sessions.length))
  if (most === 0) return { columns: [], columnWidth: 0, rows: [], readings: 0 }
  const columnWidth = (width - GAP * (most - 1)) / most
  const longest = Math.max(1, ...readers.flatMap((one) => one.sessions.map(readingsOf)))
  const example = readers.find((one) => one.sessions.length === most)?.sessions ?? []
  const columns = example.map((session, index): Column => ({ number: session.number, x: index * (columnWidth + GAP), day: session.earliest_day, wait: session.earliest_day - (example[index - 1]?.earliest_day ?? 0) }))
  const rows = readers.map((reader, index): Row => {
    const sittings = reader.sessions.map((session, place) => sitting(session, place * (columnWidth + GAP), columnWidth / longest))
    return { key: reader.key || `nobody ${index}`, name: reader.name, sittings, readings: sittings.reduce((sum, one) => sum + one.readings, 0) }
  })
  return { columns, columnWidth, rows, readings: rows.reduce((sum, one) => sum + one.readings, 0) }
}

function sitting(session: PlannedSession, x: number, scale: number): Sitting {
  let at = x
  const bars = session.blocks.map((block): Bar => {
    const width = Math.max(LEAST, (block.cases + block.practice + block.repeats) * scale)
    const bar = { ...block, x: at, width }
    at += width
    return bar
  })
  return { number: session.number, x, width: at - x, readings: readingsOf(session), bars }
}

/** Each arm's own letter and pattern number, in the protocol's order: colour is never alone. */
export function armLetter(arms: readonly string[], arm: string): string {
  const place = arms.indexOf(arm)
  return place < 0 ? '?' : String.fromCharCode(65 + place)
}
