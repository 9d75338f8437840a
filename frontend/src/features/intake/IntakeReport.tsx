import { useTranslation } from 'react-i18next'

import type { FileReason, IntakeReport as Report } from '@/api/types'
import { CopyButton } from '@/shared/ui/Failed'

import styles from './IntakeReport.module.css'
import { asText } from './report'

const COUNTS = ['stored', 'already', 'skipped', 'set_aside', 'refused'] as const

/** How many files went where, and each one that a person must look at with its reason. */
export function IntakeReport({ report, complete }: { report: Report; complete: boolean }) {
  const { t } = useTranslation()
  return (
    <section className={styles.report} data-testid="intake-report" data-complete={complete} aria-label={t('intake.report')}>
      <h3>{t('intake.report')}</h3>
      <dl className={styles.counts}>
        {COUNTS.map((count) => {
          const value = report[count]
          return (
            <div key={count} className={styles.count} data-testid={`intake-${count.replace('_', '-')}`}>
              <dt title={t(`intake.meaning.${count}`)}>{t(`intake.count.${count}`)}</dt>
              <dd>{typeof value === 'number' ? value : value.length}</dd>
            </div>
          )
        })}
      </dl>
      <p>{t('intake.studies', { count: report.studies.length })}</p>
      <Reasons title={t('intake.count.refused')} files={report.refused} />
      <Reasons title={t('intake.setAsideFor')} files={report.set_aside} />
    </section>
  )
}

function Reasons({ title, files }: { title: string; files: readonly FileReason[] }) {
  const { t } = useTranslation()
  if (!files.length) return null
  return (
    <section className={styles.reasons} aria-label={title}>
      <header className={styles.title}>
        <h3>
          {title} ({files.length})
        </h3>
        <CopyButton text={asText(files)} label={t('intake.copyList')} />
      </header>
      <ul>
        {files.map(({ path, reason }, index) => (
          <li key={`${path} ${index}`} className={styles.file}>
            <span className={styles.path}>{path}</span>
            <span className={styles.reason}>{reason}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
