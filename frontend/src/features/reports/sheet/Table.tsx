import { type CSSProperties, useId } from 'react'
import { useTranslation } from 'react-i18next'

import type { Column, Row, TableBlock } from '../api/types'
import { CellView } from './CellView'
import { useSheet } from './context'
import { marksIn, SIGNS, tailOf } from './decimal'
import { groupHeads } from './heads'
import { takesPrevalence, tellsByPrevalence } from './prevalence'
import { Prevalence } from './Prevalence'
import styles from './Table.module.css'

/** A table as in the paper: rules above and below, decimals under each other, marks told beneath. Wide ones scroll by themselves. */
export function Table({ table, number }: { table: TableBlock; number: number }) {
  const { t } = useTranslation()
  const { analysis } = useSheet()
  const caption = useId()
  return (
    <div className={styles.block} data-testid="report-table" data-name={table.name}>
      <p id={caption} className={styles.caption}>
        <strong>{t('reports.sheet.table', { number })}</strong> {table.caption}
      </p>
      <div className={styles.region} role="region" aria-labelledby={caption} tabIndex={0}>
        <table className={styles.table} aria-labelledby={caption}>
          <Heads columns={table.columns} />
          <tbody>
            {table.rows.map((row, index) => (
              <TableRow key={index} row={row} table={table} />
            ))}
          </tbody>
        </table>
      </div>
      <Notes table={table} />
      {takesPrevalence(analysis) && tellsByPrevalence(table) && <Prevalence />}
    </div>
  )
}

function Heads({ columns }: { columns: readonly Column[] }) {
  const grouped = columns.some((column) => column.group !== null)
  const head = (column: Column | undefined, index: number, rows: number) =>
    column && (
      <th key={index} scope="col" rowSpan={rows} data-align={column.align}>
        {column.head}
      </th>
    )
  if (!grouped) {
    return (
      <thead>
        <tr>{columns.map((column, index) => head(column, index, 1))}</tr>
      </thead>
    )
  }
  return (
    <thead>
      <tr>
        {groupHeads(columns).map((one, index) =>
          'column' in one ? (
            head(columns[one.column], one.column, 2)
          ) : (
            <th key={`group ${index}`} scope="colgroup" colSpan={one.span} className={styles.group}>
              <span>{one.group}</span>
            </th>
          ),
        )}
      </tr>
      <tr>{columns.map((column, index) => column.group !== null && head(column, index, 1))}</tr>
    </thead>
  )
}

function TableRow({ row, table }: { row: Row; table: TableBlock }) {
  const [first] = row.cells
  if (row.heading) {
    return (
      <tr className={styles.heading}>
        <th scope="rowgroup" colSpan={table.columns.length}>
          {first?.text}
        </th>
      </tr>
    )
  }
  return (
    <tr>
      {row.cells.map((cell, index) => {
        const column = table.columns[index]
        const decimal = column?.align === 'decimal'
        const place = [first?.text, column?.group, column?.head].filter(Boolean).join(', ')
        const look = { 'data-align': column?.align, style: { '--tail': `${tailOf(table.rows, index)}ch` } as CSSProperties }
        return index === 0 ? (
          <th key={index} scope="row" {...look}>
            <CellView cell={cell} decimal={decimal} place={place} />
          </th>
        ) : (
          <td key={index} {...look}>
            <CellView cell={cell} decimal={decimal} place={place} />
          </td>
        )
      })}
    </tr>
  )
}

/** Each mark of the table once, then its own notes; on paper also why there are dashes. */
function Notes({ table }: { table: TableBlock }) {
  const { t } = useTranslation()
  const marks = marksIn(table.rows)
  const reasons = [...new Set(table.rows.flatMap((row) => row.cells.flatMap((cell) => (cell.reason ? [cell.reason] : []))))]
  if (marks.length === 0 && table.notes.length === 0 && reasons.length === 0) return null
  return (
    <div className={styles.notes} data-testid="table-notes">
      {marks.map((mark) => (
        <p key={mark}>
          <span className={styles.sign}>{SIGNS[mark]}</span> {t(`reports.mark.${mark}`)}
        </p>
      ))}
      {table.notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
      {reasons.length > 0 && <p className={styles.printed}>– {reasons.join('; ')}</p>}
    </div>
  )
}
