import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import { localTime } from '@/shared/ages'
import { useSaid } from '@/shared/useSaid'

import type { CheckReport, Finding } from '../api/types'
import { stepOfFinding } from '../protocol/problems'
import styles from './Findings.module.css'

/** What the last check found: what stops first, each with the way to its step. */
export function Findings({ report }: { report: CheckReport }) {
  const { t, i18n } = useTranslation()
  const { current } = report
  const sorted = [...report.findings].sort((one, other) => Number(one.level === 'warn') - Number(other.level === 'warn'))
  return (
    <div data-testid="findings" data-fit={report.fit && current}>
      <p className={report.fit && current ? styles.fit : styles.unfit} role="status">
        {t(!current ? 'studyBlinding.stale' : report.fit ? 'studyBlinding.fit' : 'studyBlinding.unfit')} <span className={styles.muted}>{t('studyBlinding.checkedAt', { time: localTime(report.checked_at, i18n.language) })}</span>
      </p>
      <ul className={styles.findings}>
        {sorted.map((one, index) => (
          <Row key={index} finding={one} />
        ))}
      </ul>
    </div>
  )
}

function Row({ finding }: { finding: Finding }) {
  const { t, i18n } = useTranslation()
  const said = useSaid()
  const numbers = finding.cases.join(', ')
  const step = stepOfFinding(finding)
  const words = i18n.language === 'en' ? finding.detail : t(`studyFinding.${finding.code}`, { defaultValue: said(finding.detail) })
  return (
    <li data-level={finding.level}>
      <strong>{t(`studyBlinding.level.${finding.level}`)}</strong> <Link to={`?step=${step}`}>{t(`studySetup.step.${step}`)}</Link>: {words}
      {numbers && <span className={styles.muted}> {t('studyBlinding.cases', { numbers })}</span>}
    </li>
  )
}
