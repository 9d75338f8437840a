import { type ReactNode, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { ApiError } from '@/api/client'
import { Button } from '@/shared/ui/Button'
import card from '@/shared/ui/Card.module.css'
import table from '@/shared/ui/Table.module.css'
import { useRefusal } from '@/shared/useRefusal'

import { exportAddress, type ImportReport, useImport, useTake } from './api'
import styles from './ReferenceOverview.module.css'

/** The reference standard as a CSV: out; in, after a rehearsal that says what would be done; and the archive's truths. */
export function ReferenceTable({ study, open }: { study: string; open: boolean }) {
  const { t } = useTranslation()
  return (
    <section className={styles.transfer} aria-label={t('tagging.overview.table')}>
      <h3>{t('tagging.overview.table')}</h3>
      <p className={card.muted}>{t('tagging.overview.tableHow')}</p>
      <p className={styles.acts}>
        <a href={exportAddress(study)} download="reference-standard.csv" data-testid="export-reference">
          {t('tagging.overview.export')}
        </a>
      </p>
      {open && <Import study={study} />}
      {open && <Archive study={study} />}
    </section>
  )
}

function Import({ study }: { study: string }) {
  const { t } = useTranslation()
  const input = useRef<HTMLInputElement>(null)
  const [file, setFile] = useState<File>()
  const send = useImport(study)
  const choose = (chosen: File | undefined) => {
    setFile(chosen)
    if (chosen) send.mutate({ file: chosen, dryRun: true })
    // The same file, corrected, can be chosen again.
    if (input.current) input.current.value = ''
  }
  const report = send.data
  return (
    <div aria-live="polite">
      <p className={styles.acts}>
        <Button onClick={() => input.current?.click()}>{t('tagging.overview.choose')}</Button>
        <input ref={input} type="file" accept=".csv,text/csv" hidden data-testid="reference-file" onChange={(event) => choose(event.target.files?.[0])} />
        {file && <span className={styles.file}>{file.name}</span>}
      </p>
      {send.isPending && <p>{t('tagging.overview.checking')}</p>}
      {report && <Outcome report={report}>{!report.stored && file && <Button look="primary" disabled={send.isPending} onClick={() => send.mutate({ file, dryRun: false })}>{t('tagging.overview.take')}</Button>}</Outcome>}
      {send.error && <Refused error={send.error} />}
    </div>
  )
}

function Outcome({ report, children }: { report: ImportReport; children: ReactNode }) {
  const { t } = useTranslation()
  const counts = { added: report.added, corrected: report.corrected, unchanged: report.unchanged }
  return (
    <div className={styles.acts} data-testid="import-report">
      <span>{t(report.stored ? 'tagging.overview.took' : 'tagging.overview.would', counts)}</span>
      {report.ignored.length > 0 && <span className={card.muted}>{t('tagging.overview.ignored', { columns: report.ignored.join(', ') })}</span>}
      {children}
    </div>
  )
}

/** Why a table was not taken, line by line where it is one. */
function Refused({ error }: { error: Error }) {
  const { t } = useTranslation()
  const refusal = useRefusal('tagging.overview')
  const problems = error instanceof ApiError ? error.problems : []
  if (problems.length === 0) {
    return (
      <p className={styles.problem} role="alert">
        {refusal(error)}
      </p>
    )
  }
  return (
    <div role="alert" data-testid="import-problems">
      <p className={styles.problem}>{t('tagging.overview.problems')}</p>
      <div className={styles.behind}>
        <table className={table.table}>
          <thead>
            <tr>
              <th scope="col">{t('tagging.overview.line')}</th>
              <th scope="col">{t('tagging.overview.problem')}</th>
            </tr>
          </thead>
          <tbody>
            {problems.map(({ field, detail }, index) => (
              <tr key={`${field} ${index}`}>
                <td>{field.replace('line ', '')}</td>
                <td>{detail}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  )
}

function Archive({ study }: { study: string }) {
  const { t } = useTranslation()
  const refusal = useRefusal('tagging.overview')
  const take = useTake(study)
  return (
    <p className={styles.acts} aria-live="polite">
      <Button disabled={take.isPending} onClick={() => take.mutate()} data-testid="take-archive">
        {t('tagging.overview.archive')}
      </Button>
      <span className={card.muted}>{take.data ? t('tagging.overview.tookArchive', { ...take.data }) : t('tagging.overview.archiveHow')}</span>
      {take.error && <span className={styles.problem}>{refusal(take.error)}</span>}
    </p>
  )
}
