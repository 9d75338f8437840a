import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import { localTime, utcTime } from '@/shared/ages'
import table from '@/shared/ui/Table.module.css'

import { useInWords } from '../api/language'
import { isOpen, reportPath } from '../api/reports'
import type { Analysis, Report } from '../api/types'
import styles from './Desk.module.css'
import { plainName } from './options'

/** What was made already, newest first: of which inputs, by whom and when. */
export function SavedReports({ reports, analyses }: { reports: readonly Report[]; analyses: readonly Analysis[] }) {
  const { t, i18n } = useTranslation()
  const inWords = useInWords()
  if (reports.length === 0) return <p className={styles.muted}>{t('reports.saved.none')}</p>
  const titleOf = (name: string) => {
    const found = analyses.find((one) => one.name === name)
    return found ? inWords(found.title) : plainName(name)
  }
  return (
    <div className={styles.scroll}>
      <table className={table.table} data-testid="saved-reports">
        <thead>
          <tr>
            <th scope="col">{t('reports.saved.report')}</th>
            <th scope="col">{t('reports.saved.state')}</th>
            <th scope="col">{t('reports.saved.inputs')}</th>
            <th scope="col">{t('reports.saved.when')}</th>
            <th scope="col">{t('reports.saved.who')}</th>
          </tr>
        </thead>
        <tbody>
          {reports.map((report) => (
            <tr key={report.key} data-testid="saved-report" data-state={report.state}>
              <th scope="row">
                <Link to={reportPath(report.key)}>{titleOf(report.analysis)}</Link>
              </th>
              <td>
                {t(`reports.state.${report.state}`)}
                {isOpen(report) && ` ${Math.round(100 * report.progress)} %`} <Badges report={report} />
              </td>
              <td>
                <code title={report.inputs_sha256}>{report.inputs_sha256.slice(0, 12)}</code>
              </td>
              <td title={`${utcTime(report.made_at)} UTC`}>{localTime(report.made_at, i18n.language)}</td>
              <td>{report.made_by}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

export function Badges({ report }: { report: Report }) {
  const { t } = useTranslation()
  return report.preliminary && <span className={styles.badge}>{t('reports.saved.preliminary')}</span>
}
