/** Where a table's figures hang on how frequent recurrence is. */
import type { Analysis, TableBlock } from '../api/types'

const TELLS = /\b(PPV|NPV|predictive values?|prevalence|costs?|per 1000)\b|预测值|患病率|费用|成本|每 ?1000/i

/** Whether predictive values, costs or patients per thousand stand in it, by its heads, its first column and its caption. */
export function tellsByPrevalence(table: TableBlock): boolean {
  const heads = table.columns.flatMap((column) => [column.head, column.group ?? ''])
  const first = table.rows.map((row) => row.cells[0]?.text ?? '')
  return [table.caption, ...heads, ...first].some((text) => TELLS.test(text))
}

export const OPTION = 'prevalence'
export const takesPrevalence = (analysis: Analysis | undefined) => analysis?.options.some((option) => option.name === OPTION) ?? false
