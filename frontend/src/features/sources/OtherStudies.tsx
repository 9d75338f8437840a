import type { TFunction } from 'i18next'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import type { UpstreamRow, UpstreamStudies } from '@/api/types'
import { shortDate } from '@/shared/ages'
import { personName, shortAge } from '@/shared/patient'
import { useNow } from '@/shared/useNow'
import { useSaid } from '@/shared/useSaid'

import { type OtherQuestion, useOtherStudies } from './api'
import styles from './OtherStudies.module.css'

type Props = {
  question: OtherQuestion
  hrefOf: (uid: string) => string
  /** True where the list above has nothing to show: then this one opens by itself. */
  alone: boolean
}

/** Below the worklist: studies that are not held here but lie in a PACS behind, and whether that PACS answers. */
export function OtherStudies({ question, hrefOf, alone }: Props) {
  const { t } = useTranslation()
  const { data, isFetching, isPlaceholderData } = useOtherStudies(question)
  const [chosen, setChosen] = useState<boolean>()
  if (!data || data.sources.length === 0) return null
  const rows = data.results
  const open = rows.length > 0 && (chosen ?? (alone && question.search !== ''))
  return (
    <section className={styles.strip} aria-label={t('sources.other.title')} data-testid="other-studies" data-open={open}>
      <div className={styles.head}>
        <button type="button" aria-expanded={open} disabled={rows.length === 0} onClick={() => setChosen(!open)}>
          <span aria-hidden="true">{open ? '▾' : '▸'}</span> {isPlaceholderData ? t('sources.other.searching') : headline(data, question, t)}
        </button>
        <Sources data={data} busy={isFetching && isPlaceholderData} />
      </div>
      {open && <Rows rows={rows} more={data.more} hrefOf={hrefOf} />}
    </section>
  )
}

function headline(data: UpstreamStudies, question: OtherQuestion, t: TFunction): string {
  const count = data.results.length
  if (count > 0) return t(question.search ? 'sources.other.found' : 'sources.other.known', { count })
  return t(question.search ? 'sources.other.foundNone' : 'sources.other.knownNone')
}

function Sources({ data, busy }: { data: UpstreamStudies; busy: boolean }) {
  const { t } = useTranslation()
  const said = useSaid()
  const warnings = data.warnings.map(said).join('\n')
  return (
    <span className={styles.sources} title={warnings || undefined} aria-busy={busy}>
      {data.sources.map(({ name, standing }) => (
        <span key={name} data-standing={standing} data-testid="other-source">
          {t('sources.other.source', { name, standing: t(`sources.standing.${standing}`) })}
        </span>
      ))}
    </span>
  )
}

function Rows({ rows, more, hrefOf }: { rows: UpstreamRow[]; more: boolean; hrefOf: (uid: string) => string }) {
  const { t } = useTranslation()
  return (
    <div className={styles.rows}>
      <table>
        <thead>
          <tr>
            {(['patient', 'exam', 'description', 'at', 'here'] as const).map((name) => (
              <th key={name} scope="col">
                {t(`sources.other.column.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <OtherRow key={row.uid} row={row} href={hrefOf(row.uid)} />
          ))}
        </tbody>
      </table>
      {more && <p className={styles.more}>{t('sources.other.more')}</p>}
    </div>
  )
}

function OtherRow({ row, href }: { row: UpstreamRow; href: string }) {
  const { t, i18n } = useTranslation()
  const now = useNow(60)
  const { name, id, sex, age } = row.patient
  const facts = [shortAge(age), sex].filter(Boolean).join(' ')
  return (
    <tr data-testid={`other-row-${row.uid}`} data-state={row.state}>
      <td title={[personName(name), id, row.accession_number].filter(Boolean).join('\n')}>
        <Link to={href}>{personName(name) || id || t('worklist.unnamed')}</Link>
        <span className={styles.facts}>{facts}</span>
      </td>
      <td title={row.study_date ?? ''}>{row.study_date ? shortDate(row.study_date, i18n.language, now) : '—'}</td>
      <td title={row.description}>{[row.modalities.join(' '), row.description].filter(Boolean).join(' · ')}</td>
      <td>{row.source}</td>
      <td data-testid="other-here">
        {row.state === 'offline' && <strong>{t('sources.other.offline')} </strong>}
        {t(...keptOf(row))}
      </td>
    </tr>
  )
}

/** How much of the study lies here, in words. */
function keptOf({ state, series, series_kept: kept }: UpstreamRow): [string, { count?: number; kept?: number }] {
  if (kept > 0 && kept === series) return ['sources.other.keptAll', {}]
  if (kept > 0) return ['sources.other.keptSome', { kept, count: series ?? kept }]
  return [state === 'offline' ? 'sources.other.keptNone' : 'sources.other.fetched', {}]
}
