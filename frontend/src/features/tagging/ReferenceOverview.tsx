import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { Card } from '@/shared/ui/Card'
import card from '@/shared/ui/Card.module.css'
import { Found } from '@/shared/ui/Page'
import table from '@/shared/ui/Table.module.css'

import { type Overview, type ReferenceCase, useOverview } from './api'
import styles from './ReferenceOverview.module.css'
import { ReferenceTable } from './ReferenceTable'

type Cell = { words: string; has: (one: ReferenceCase) => boolean }

/** The reference standard of a study for its investigators: in numbers, each opening its cases; and as a table. `study`: its key. */
export function ReferenceOverview({ study }: { study: string }) {
  const { t } = useTranslation()
  return (
    <Card title={t('tagging.overview.title')} data-testid="reference-overview">
      <p className={card.muted}>{t('tagging.overview.intro')}</p>
      <Found found={useOverview(study)}>{(found) => <Numbers study={study} found={found} />}</Found>
    </Card>
  )
}

function Numbers({ study, found }: { study: string; found: Overview }) {
  const { t } = useTranslation()
  const [cell, setCell] = useState<Cell>()
  const flagged: Cell[] = [
    { words: t('tagging.overview.debatable'), has: (one) => one.debatable },
    { words: t('tagging.overview.disputed'), has: (one) => one.disputed },
  ]
  const standings = found.standings.map(({ standing }): Cell => ({ words: t(`tagging.overview.standing.${standing}`), has: (one) => one.standing === standing }))
  const shared = { cases: found.cases, chosen: cell, onChoose: setCell }
  return (
    <>
      {!found.open && <p role="note">{t('tagging.overview.locked')}</p>}
      <dl className={styles.figures}>
        {[...standings, ...flagged].map((one) => (
          <div key={one.words}>
            <dt>{one.words}</dt>
            <dd>
              <Count cell={one} {...shared} />
            </dd>
          </div>
        ))}
      </dl>
      <div className={styles.tables}>
        <Bases found={found} {...shared} />
        <Chairs found={found} {...shared} />
      </div>
      {cell && <Cases cell={cell} cases={found.cases.filter(cell.has)} />}
      <ReferenceTable study={study} open={found.open} />
    </>
  )
}

type Shared = { cases: readonly ReferenceCase[]; chosen: Cell | undefined; onChoose: (cell: Cell) => void }

/** A number that opens the cases behind it. */
function Count({ cell, cases, chosen, onChoose }: Shared & { cell: Cell }) {
  return (
    <button type="button" className={styles.count} aria-pressed={chosen?.words === cell.words} aria-label={`${cell.words}: ${cases.filter(cell.has).length}`} onClick={() => onChoose(cell)}>
      {cases.filter(cell.has).length}
    </button>
  )
}

function Bases({ found, ...shared }: Shared & { found: Overview }) {
  const { t } = useTranslation()
  const signs = ['positive', 'negative'] as const
  return (
    <table className={table.table} data-testid="by-basis">
      <caption className={styles.caption}>{t('tagging.overview.byBasis')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('tagging.overview.basis')}</th>
          {signs.map((sign) => (
            <th key={sign} scope="col" className={table.number}>
              {t(`tagging.overview.standing.${sign}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {found.bases.map(({ basis }) => (
          <tr key={basis}>
            <th scope="row">{t(`tagging.basis.${basis}`)}</th>
            {signs.map((sign) => (
              <td key={sign} className={table.number}>
                <Count cell={{ words: `${t(`tagging.basis.${basis}`)}, ${t(`tagging.overview.standing.${sign}`)}`, has: (one) => one.basis === basis && one.standing === sign }} {...shared} />
              </td>
            ))}
          </tr>
        ))}
        {found.bases.length === 0 && (
          <tr>
            <td colSpan={3}>{t('tagging.overview.none')}</td>
          </tr>
        )}
      </tbody>
    </table>
  )
}

function Chairs({ found, ...shared }: Shared & { found: Overview }) {
  const { t } = useTranslation()
  return (
    <table className={table.table} data-testid="by-chair">
      <caption className={styles.caption}>{t('tagging.overview.chairs')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('tagging.overview.chair')}</th>
          <th scope="col" className={table.number}>
            {t('tagging.overview.waiting')}
          </th>
        </tr>
      </thead>
      <tbody>
        {found.chairs.map(({ chair, staffed }) => (
          <tr key={chair}>
            <th scope="row">
              {t(`tagging.chair.${chair}`)} {!staffed && <span className={card.muted}>({t('tagging.overview.unstaffed')})</span>}
            </th>
            <td className={table.number}>
              <Count cell={{ words: `${t('tagging.overview.waiting')}, ${t(`tagging.chair.${chair}`)}`, has: (one) => one.waits_for === chair }} {...shared} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Cases({ cell, cases }: { cell: Cell; cases: readonly ReferenceCase[] }) {
  const { t } = useTranslation()
  return (
    <div className={styles.behind}>
      <table className={table.table} data-testid="reference-cases">
        <caption className={styles.caption}>{t('tagging.overview.list', { what: cell.words })}</caption>
        <thead>
          <tr>
            <th scope="col">{t('tagging.overview.number')}</th>
            <th scope="col">{t('tagging.overview.status')}</th>
            <th scope="col">{t('tagging.overview.basis')}</th>
            <th scope="col">{t('tagging.overview.why')}</th>
          </tr>
        </thead>
        <tbody>
          {cases.map((one) => (
            <tr key={one.key}>
              <td>{one.number}</td>
              <td>
                {t(`tagging.overview.standing.${one.standing}`)} {one.rt_stage}
                {one.debatable && <span className={styles.flag}>{t('tagging.said.debatable')}</span>}
              </td>
              <td>{one.basis && t(`tagging.basis.${one.basis}`)}</td>
              <td title={one.why}>
                {t(`tagging.overview.rule.${one.rule}`, { chair: one.waits_for && t(`tagging.chair.${one.waits_for}`) })} {one.nodal_only && t('tagging.overview.nodes')}
              </td>
            </tr>
          ))}
          {cases.length === 0 && (
            <tr>
              <td colSpan={4}>{t('tagging.overview.none')}</td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  )
}
