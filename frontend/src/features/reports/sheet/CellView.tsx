import { useTranslation } from 'react-i18next'

import type { Cell } from '../api/types'
import { useSheet } from './context'
import { inOrder, SIGNS, splitNumber } from './decimal'
import { Reason } from './Reason'
import styles from './Table.module.css'

/** One cell: its estimate with the interval beneath; a dash tells why; what counts cases opens them. `place`: row and column in words. */
export function CellView({ cell, decimal, place }: { cell: Cell; decimal: boolean; place: string }) {
  const { t } = useTranslation()
  const { showCases } = useSheet()
  const { behind, reason } = cell
  const inner = <Figures cell={cell} decimal={decimal} />
  const open = behind ? () => showCases(behind, `${place}: ${cell.text}`) : undefined
  if (reason) {
    return (
      <Reason reason={reason} onClick={open}>
        {inner}
        <span className="visually-hidden">{t('reports.cell.reason', { place, reason })}</span>
      </Reason>
    )
  }
  if (!open) return inner
  return (
    <button type="button" className={styles.behind} title={t('reports.cell.open')} onClick={open}>
      {inner}
      <span className="visually-hidden">{t('reports.cell.behind', { place })}</span>
    </button>
  )
}

function Figures({ cell, decimal }: { cell: Cell; decimal: boolean }) {
  const { t } = useTranslation()
  const marks = inOrder(cell.marks).map((mark) => (
    <sup key={mark} className={styles.mark} title={t(`reports.mark.${mark}`)}>
      {SIGNS[mark]}
    </sup>
  ))
  const { whole, tail } = decimal ? splitNumber(cell.text) : { whole: cell.text, tail: '' }
  return (
    <>
      <span className={styles.estimate}>
        <span>{whole}</span>
        <span className={styles.tail}>
          {tail}
          {marks}
        </span>
      </span>
      {cell.below !== null && <span className={styles.below}>{cell.below}</span>}
    </>
  )
}
