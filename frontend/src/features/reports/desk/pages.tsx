import type { UseQueryResult } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link, Navigate, useParams, useSearchParams } from 'react-router'

import { Failed } from '@/shared/ui/Failed'
import notice from '@/shared/ui/Notice.module.css'
import { Skeleton } from '@/shared/ui/Page'
import { SyntheticBand } from '@/shared/ui/SyntheticBand'

import { NEW_COHORT, sourceOf, sourcePath, useAnalyses, useReport, useReports, useSources } from '../api/reports'
import type { Analysis, Source } from '../api/types'
import { AskedFor } from '../cohort/AskedFor'
import { CohortPage } from '../cohort/CohortPage'
import { useTitleOf } from '../cohort/useTitleOf'
import { Choices } from './Choices'
import styles from './Desk.module.css'
import { NewReport } from './NewReport'
import { ReportView } from './ReportView'
import { SavedReports } from './SavedReports'

/** Where no source is named: the newest locked one, else any; and what to do where there is none. */
export function StartPage() {
  const { t } = useTranslation()
  const sources = useSources()
  if (!sources.data) return <Awaited found={sources} />
  const first = sources.data.find((one) => one.locked) ?? sources.data[0]
  if (first) return <Navigate to={sourcePath(sourceOf(first))} replace />
  return (
    <div className={notice.notice} data-testid="no-source">
      <h1>{t('reports.none.title')}</h1>
      <p>{t('reports.none.text')}</p>
      <Link to="/studies/">{t('reports.none.studies')}</Link>
      <Link to="/reports/cutoffs/">{t('cutoffs.title')}</Link>
      <Link to="/reports/paper/">{t('reportPaper.title')}</Link>
    </div>
  )
}

/** One source: what was made of it, and making more. */
export function SourcePage() {
  const { kind = '', key = '' } = useParams()
  const { t } = useTranslation()
  const [search] = useSearchParams()
  const titleOf = useTitleOf()
  const sources = useSources()
  const analyses = useAnalyses()
  const address = sourceOf({ kind, key })
  const reports = useReports(address === NEW_COHORT ? undefined : address)
  if (!sources.data) return <Awaited found={sources} />
  if (!analyses.data) return <Awaited found={analyses} />
  const cohorts = sources.data.some((one) => one.kind === 'cohort')
  if (address === NEW_COHORT && cohorts) return <CohortPage sources={sources.data} analyses={analyses.data} />
  const source = sources.data.find((one) => sourceOf(one) === address)
  if (!source) return <NotYours />
  const analysis = analyses.data.find((one) => one.name === search.get('analysis'))
  const saved = reports.data?.filter((one) => !analysis || one.analysis === analysis.name)
  return (
    <>
      {source.synthetic && <SyntheticBand />}
      <div className={styles.desk}>
        <Choices sources={sources.data} analyses={analyses.data} source={address} analysis={analysis?.name} />
        <div className={styles.centre}>
          <div className={styles.column}>
            <h1>{titleOf(source)}</h1>
            <SourceFacts source={source} />
            {analysis && <NewReport key={`${address} ${analysis.name}`} source={source} analysis={analysis} />}
            <section className={styles.saved} aria-labelledby="saved">
              <h2 id="saved">{t('reports.saved.title')}</h2>
              {saved ? <SavedReports reports={saved} analyses={analyses.data} /> : <Awaited found={reports} />}
            </section>
            {!analysis && <p className={styles.muted}>{t('reports.saved.begin')}</p>}
          </div>
        </div>
      </div>
    </>
  )
}

function SourceFacts({ source }: { source: Source }) {
  const { t } = useTranslation()
  if (source.definition)
    return (
      <>
        <p className={styles.muted}>{t('cohort.examinations', { count: source.cases })}</p>
        <AskedFor source={source} definition={source.definition} />
      </>
    )
  const facts = [t('reports.source.cases', { count: source.cases }), t(source.locked ? 'reports.source.locked' : 'reports.source.notLocked'), t(source.unblinded ? 'reports.source.unblinded' : 'reports.source.blinded')]
  return <p className={styles.muted}>{facts.join(' · ')}</p>
}

/** One report, beside the choices of its source. */
export function ReportPage() {
  const { key = '' } = useParams()
  const titleOf = useTitleOf()
  const report = useReport(key)
  const sources = useSources()
  const analyses = useAnalyses()
  if (!report.data) return <Awaited found={report} />
  if (!analyses.data) return <Awaited found={analyses} />
  const { source, analysis } = report.data
  const known = sources.data?.find((one) => sourceOf(one) === source)
  return (
    <>
      {known?.synthetic && <SyntheticBand />}
      <div className={styles.desk}>
        <Choices sources={sources.data ?? []} analyses={analyses.data} source={source} analysis={analysis} report />
        <ReportView key={key} report={report.data} analysis={analyses.data.find((one: Analysis) => one.name === analysis)} title={known ? titleOf(known) : report.data.source_title} />
      </div>
    </>
  )
}

function Awaited({ found }: { found: UseQueryResult<unknown> }) {
  if (found.error) return <Failed error={found.error} onRetry={() => void found.refetch()} />
  return (
    <div className={styles.waiting}>
      <Skeleton />
    </div>
  )
}

function NotYours() {
  const { t } = useTranslation()
  return (
    <div className={notice.notice} role="alert" data-testid="not-yours">
      <h1>{t('reports.notYours.title')}</h1>
      <p>{t('reports.notYours.text')}</p>
      <Link to="/reports/">{t('reports.notYours.back')}</Link>
    </div>
  )
}
