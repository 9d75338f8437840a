import { type RefObject, useMemo } from 'react'
import { useTranslation } from 'react-i18next'

import { useNow } from '@/shared/useNow'

import type { Shown } from './live'
import { nextOrdering, type Orderable } from './params'
import { WorklistRow } from './WorklistRow'
import styles from './WorklistTable.module.css'

type Column = { key: string; orderBy?: Orderable; number?: boolean }

/** The columns in reading order; widths stand in the style sheet under the same names. */
const COLUMNS: readonly Column[] = [
  { key: 'tier', orderBy: 'tier' },
  { key: 'score', orderBy: 'score' },
  { key: 'patient', orderBy: 'patient' },
  { key: 'exam', orderBy: 'study_date' },
  { key: 'sequences' },
  { key: 'state', orderBy: 'state' },
  { key: 'age', orderBy: 'result_at', number: true },
  { key: 'decided' },
  { key: 'preview' },
]

type Props = {
  shown: Shown
  ordering: string
  selected: string | null
  body: RefObject<HTMLTableSectionElement | null>
  hrefOf: (uid: string) => string
  onOrder: (ordering: string) => void
  onHold: (held: boolean) => void
  onSelect: (uid: string) => void
  onOpen: (uid: string) => void
  onPreview: (uid: string) => void
}

export function WorklistTable({ shown, ordering, selected, body, hrefOf, onOrder, onHold, ...acts }: Props) {
  const now = useNow(15)
  const focusable = useMemo(
    () => (shown.rows.some((row) => row.uid === selected) ? selected : shown.rows[0]?.uid),
    [shown.rows, selected],
  )
  return (
    <table className={styles.table}>
      <Head ordering={ordering} onOrder={onOrder} />
      <tbody
        ref={body}
        // Not onPointerEnter: React misses it where the rows appear under a resting pointer in place of the skeleton.
        onPointerOver={() => onHold(true)}
        onPointerLeave={() => onHold(false)}
        onFocus={() => onHold(true)}
        onBlur={() => onHold(false)}
      >
        {shown.rows.map((row) => (
          <WorklistRow
            key={row.uid}
            row={row}
            href={hrefOf(row.uid)}
            now={now}
            selected={row.uid === selected}
            focusable={row.uid === focusable}
            hasLeft={shown.left.has(row.uid)}
            {...acts}
          />
        ))}
      </tbody>
    </table>
  )
}

export function Head({ ordering, onOrder }: { ordering: string; onOrder?: (ordering: string) => void }) {
  const { t } = useTranslation()
  return (
    <>
      <colgroup>
        {COLUMNS.map(({ key }) => (
          <col key={key} className={styles[key]} />
        ))}
      </colgroup>
      <thead>
        <tr>
          {COLUMNS.map(({ key, orderBy, number }) => {
            const label = t(`worklist.column.${key}`)
            const sort = orderBy && ordering.replace('-', '') === orderBy ? (ordering.startsWith('-') ? 'descending' : 'ascending') : undefined
            return (
              <th key={key} scope="col" aria-sort={sort} className={number ? styles.right : undefined}>
                {orderBy && onOrder ? (
                  <button type="button" title={t('worklist.sortBy', { column: label })} onClick={() => onOrder(nextOrdering(ordering, orderBy))}>
                    {label}
                    {sort && <span aria-hidden="true">{sort === 'ascending' ? ' ↑' : ' ↓'}</span>}
                  </button>
                ) : (
                  <span className={key === 'preview' ? 'visually-hidden' : undefined}>{label}</span>
                )}
              </th>
            )
          })}
        </tr>
      </thead>
    </>
  )
}

const SKELETON_ROWS = Array.from({ length: 14 }, (_, index) => index)

/** The table's geometry while the first answer is on its way. */
export function WorklistSkeleton() {
  const { t } = useTranslation()
  return (
    <table className={styles.table} aria-busy="true" aria-label={t('shared.loading')} data-testid="worklist-loading">
      <Head ordering="" />
      <tbody>
        {SKELETON_ROWS.map((row) => (
          <tr key={row} className={styles.skeleton}>
            {COLUMNS.map(({ key }) => (
              <td key={key}>{key !== 'preview' && <span className={styles.block} />}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
