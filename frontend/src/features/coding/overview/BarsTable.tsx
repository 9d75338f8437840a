import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import table from '@/shared/ui/Table.module.css'

import type { Bar, Category, ErrorKind } from '../api'
import { told } from '../categories'
import styles from './CodingOverview.module.css'

type Props = { error: ErrorKind; bars: readonly Bar[]; categories: readonly Category[] }

/** The paper's stacked bars as a table: a row for each source and cohort; a figure opens the cases behind it. */
export function BarsTable({ error, bars, categories }: Props) {
  const { t, i18n } = useTranslation()
  const [open, setOpen] = useState<{ row: string; category: string }>()
  if (bars.length === 0) return null
  const cohorts = bars.some(({ cohort }) => cohort !== '')
  const cellOf = (bar: Bar, key: string) => bar.categories.find((cell) => cell.key === key)
  const behind = open && cellOf(bars.find((bar) => rowOf(bar) === open.row) ?? bars[0]!, open.category)
  return (
    <>
      <h2>{t(`coding.error.${error}`)}</h2>
      <div className={styles.scroll}>
        <table className={table.table} data-testid={`bars-${error}`}>
          <thead>
            <tr>
              <th scope="col">{t('coding.overview.source')}</th>
              {cohorts && <th scope="col">{t('coding.overview.cohort')}</th>}
              <th scope="col" className={table.number}>
                {t('coding.overview.settledOf')}
              </th>
              {categories.map(({ key, name }) => (
                <th key={key} scope="col" className={table.number}>
                  {told(name, i18n.language)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {bars.map((bar) => (
              <tr key={rowOf(bar)}>
                <th scope="row">
                  <SourceName bar={bar} />
                </th>
                {cohorts && <td>{bar.cohort}</td>}
                <td className={table.number}>{t('coding.overview.of', { settled: bar.settled, total: bar.total })}</td>
                {categories.map(({ key }) => (
                  <td key={key} className={table.number}>
                    <Count cell={cellOf(bar, key)} onOpen={() => setOpen({ row: rowOf(bar), category: key })} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className={styles.note} role="status">
        {behind && behind.cases.length > 0 ? t('coding.overview.cases', { count: behind.cases.length, numbers: behind.cases.join(t('coding.comma')) }) : t('coding.overview.primaryAny')}
      </p>
    </>
  )
}

const rowOf = ({ kind, name, arm, stage, cohort }: Bar) => [kind, name, arm, stage, cohort].join('|')

function SourceName({ bar }: { bar: Bar }) {
  const { t } = useTranslation()
  const facts = [bar.stage && bar.stage !== 'only' ? t(`coding.stage.${bar.stage}`) : '', bar.simulated ? t('coding.erred.simulated') : '']
  return <>{[bar.name, ...facts].filter(Boolean).join(' · ')}</>
}

function Count({ cell, onOpen }: { cell: Bar['categories'][number] | undefined; onOpen: () => void }) {
  if (!cell || cell.any === 0) return <span className={styles.none}>0</span>
  const beside = cell.any > cell.primary && <span className={styles.any}> ({cell.any})</span>
  if (cell.primary === 0)
    return (
      <>
        0{beside}
      </>
    )
  return (
    <button type="button" className={styles.count} onClick={onOpen}>
      {cell.primary}
      {beside}
    </button>
  )
}
