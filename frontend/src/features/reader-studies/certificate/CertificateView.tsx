import { useTranslation } from 'react-i18next'

import { localTime, utcTime } from '@/shared/ages'
import table from '@/shared/ui/Table.module.css'

import type { Certificate } from '../api/types'
import styles from './Certificate.module.css'
import { headerLines } from './headers'

/** The blinding certificate: what was looked at, what was found, one header of each series as a reader gets it, what is withheld. */
export function CertificateView({ certificate }: { certificate: Certificate }) {
  const { t, i18n } = useTranslation()
  const { ok, findings, cases, example, attributes } = certificate
  return (
    <div className={styles.certificate} data-testid="certificate" data-ok={ok}>
      <p>
        <strong>{t(ok ? 'studyBlinding.ok' : 'studyBlinding.notOk', { count: findings.length })}</strong>{' '}
        <span title={`${utcTime(certificate.made_at)} UTC`}>{t('studyBlinding.lookedAt', { cases: cases.length, time: localTime(certificate.made_at, i18n.language), version: certificate.version })}</span>
      </p>
      {findings.length > 0 && (
        <ul>
          {findings.map((one, index) => (
            <li key={index} className={styles.problem}>
              {t('studyPeople.caseNumber', { number: one.case })}: {one.detail}
            </li>
          ))}
        </ul>
      )}
      {example.map((series) => (
        <details key={`${series.role} ${String(series.prior)}`} className={styles.series} open={series === example[0]}>
          <summary>{t(series.prior ? 'studyBlinding.seriesPrior' : 'studyBlinding.series', { role: series.role, count: series.instances })}</summary>
          <table className={table.table}>
            <thead>
              <tr>
                {(['tag', 'keyword', 'value', 'made', 'why'] as const).map((one) => (
                  <th key={one} scope="col">
                    {t(`studyBlinding.column.${one}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {headerLines(series.header, attributes).map((line) => (
                <tr key={line.tag}>
                  <td className={styles.code}>{line.tag}</td>
                  <td>{line.keyword}</td>
                  <td className={styles.value}>{line.value}</td>
                  <td>{line.made && t(`studyBlinding.made.${line.made}`, { defaultValue: line.made })}</td>
                  <td className={styles.muted}>{line.why}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p className={styles.muted}>
            {t('studyBlinding.withheld', { count: series.withheld.length })} {series.withheld.join(', ')}
          </p>
        </details>
      ))}
      <h2>{t('studyBlinding.perCase')}</h2>
      <ul className={styles.cases}>
        {cases.map((one) => (
          <li key={one.key}>
            {t('studyBlinding.caseLine', { number: one.case, series: one.series.map((series) => `${series.role}${series.prior ? ' prior' : ''} (${series.instances})`).join(', '), withheld: one.withheld })}
          </li>
        ))}
      </ul>
    </div>
  )
}
