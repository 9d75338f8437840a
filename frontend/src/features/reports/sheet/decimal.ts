/** Numbers stand under each other at their decimal points. */
import type { Cell, Mark, Row } from '../api/types'

export type Split = { whole: string; tail: string }

const LEADING = /^((?:[<>≤≥≈]\s?)?[-−+]?\d[\d,]*|[^\d.]+$)(.*)$/s

/** Where the leading number's decimals begin: `84.26 (166/197)` is `84` and `.26 (166/197)`. */
export function splitNumber(text: string): Split {
  const found = LEADING.exec(text)
  return found ? { whole: found[1] ?? '', tail: found[2] ?? '' } : { whole: text, tail: '' }
}

export const SIGNS: Record<Mark, string> = { significant: '*', small: '†', apparent: '‡', pre_specified: '§', added: '§§' }
const ORDER: readonly Mark[] = ['significant', 'small', 'apparent', 'pre_specified', 'added']

/** In the order in which they are explained. */
export const inOrder = (marks: Iterable<Mark>): Mark[] => {
  const found = new Set(marks)
  return ORDER.filter((mark) => found.has(mark))
}

/** The marks of all cells of a table, each once. */
export const marksIn = (rows: readonly Row[]): Mark[] => inOrder(rows.flatMap((row) => row.cells.flatMap((cell) => cell.marks)))

const MARK = 0.6
const NARROW: Record<string, number> = { '.': 0.46, ',': 0.46, ' ': 0.46, ':': 0.46, '(': 0.6, ')': 0.6, '/': 0.62 }
const WIDE = 1.5
/** How wide a text is, in digits: about, and rather too wide. */
const widthOf = (text: string) => [...text].reduce((sum, sign) => sum + (NARROW[sign] ?? (/\d|[–-]/.test(sign) ? 1 : WIDE)), 0)
/** What follows the decimal point of a cell; its marks are smaller. */
const tailWidth = (cell: Cell) => widthOf(splitNumber(cell.text).tail) + MARK * cell.marks.reduce((sum, mark) => sum + SIGNS[mark].length, 0)

/** Of a column, the width that every cell keeps after its decimal point, in digits. */
export const tailOf = (rows: readonly Row[], column: number) =>
  rows.reduce((most, row) => {
    const cell = row.heading ? undefined : row.cells[column]
    return cell ? Math.max(most, tailWidth(cell)) : most
  }, 0)
