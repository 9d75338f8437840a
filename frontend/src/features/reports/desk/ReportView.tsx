import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'

import { Button } from '@/shared/ui/Button'
import { Failed } from '@/shared/ui/Failed'
import { Skeleton } from '@/shared/ui/Page'
import { useRefusal } from '@/shared/useRefusal'
import { useSaid } from '@/shared/useSaid'

import { useInWords, useLanguage } from '../api/language'
import { isOpen, reportPath, sourcePath, useChanges, useDocument, useMakeAgain } from '../api/reports'
import type { Analysis, Conditions, Differences, Report } from '../api/types'
import { Cases } from '../drawer/Cases'
import { Recipe } from '../drawer/Recipe'
import { Exports } from '../files/Exports'
import { type OfSheet, SheetContext } from '../sheet/context'
import { Sheet } from '../sheet/Sheet'
import styles from './Desk.module.css'

type Behind = { conditions: Conditions; title: string; from: Element | null }

/** A report while it is made, where it failed, and as a page with its recipe at the right. */
export function ReportView({ report, analysis, title }: { report: Report; analysis: Analysis | undefined; title: string }) {
  const { t } = useTranslation()
  const inWords = useInWords()
  const changes = useChanges(report)
  const [drawer, setDrawer] = useState(true)
  const [behind, setBehind] = useState<Behind | null>(null)
  const ofSheet = useMemo<OfSheet>(
    () => ({
      report,
      analysis,
      showCases: (conditions, words) => {
        setBehind({ conditions, title: words, from: document.activeElement })
        setDrawer(true)
      },
    }),
    [report, analysis],
  )
  const closeCases = () => {
    if (behind?.from instanceof HTMLElement) behind.from.focus()
    setBehind(null)
  }
  return (
    <SheetContext value={ofSheet}>
      <div className={styles.centre} data-testid="report" data-state={report.state}>
        <div className={styles.tools}>
          <Link to={sourcePath(report.source, report.analysis)}>‹ {analysis ? inWords(analysis.title) : title}</Link>
          <span className={styles.spring} />
          {report.state === 'done' && <Button onClick={() => window.print()}>{t('reports.print')}</Button>}
          {report.state === 'done' && <Exports />}
          <Button aria-expanded={drawer} onClick={() => setDrawer(!drawer)} data-testid="recipe-toggle">
            {t('reports.recipe.title')}
          </Button>
        </div>
        {changes.data?.changed_since && <Stale report={report} since={changes.data.changed_since} />}
        {isOpen(report) && <Progress report={report} />}
        {report.state === 'failed' && <FailedReport report={report} />}
        {report.state === 'done' && <Page report={report} />}
      </div>
      {drawer && (
        <aside className={styles.drawer} aria-label={t(behind ? 'reports.cases.title' : 'reports.recipe.title')} data-testid="drawer">
          {behind ? <Cases report={report} conditions={behind.conditions} title={behind.title} onClose={closeCases} /> : <Recipe report={report} analysis={analysis} title={title} />}
        </aside>
      )}
    </SheetContext>
  )
}

function Page({ report }: { report: Report }) {
  const found = useDocument(report.key, useLanguage())
  if (found.data) return <Sheet document={found.data} />
  return found.error ? <Failed error={found.error} onRetry={() => void found.refetch()} /> : <Skeleton />
}

function Progress({ report }: { report: Report }) {
  const { t } = useTranslation()
  const step = report.step ? t(`reports.step.${report.step}`, { defaultValue: report.step }) : t(`reports.state.${report.state}`)
  return (
    <div className={styles.progress} role="status" data-testid="making">
      <p>
        {t('reports.beingMade')} {step}
      </p>
      <progress value={report.progress} max={1} aria-label={t('reports.beingMade')} />
      <p className={styles.muted}>{t('reports.leave')}</p>
    </div>
  )
}

/** The same recipe over the inputs as they are now. */
function useAgain(report: Report) {
  const navigate = useNavigate()
  const again = useMakeAgain()
  const refusal = useRefusal('reports')
  const act = () => again.mutate(report.key, { onSuccess: (made) => void navigate(reportPath(made.key)) })
  return { act, pending: again.isPending, refused: again.error && refusal(again.error) }
}

function FailedReport({ report }: { report: Report }) {
  const { t } = useTranslation()
  const said = useSaid()
  const again = useAgain(report)
  return (
    <div className={styles.failed} role="alert" data-testid="failed">
      <h2>{t('reports.failed')}</h2>
      <p>{said(report.error)}</p>
      <Button look="primary" disabled={again.pending} onClick={again.act} data-testid="again">
        {t('reports.again')}
      </Button>
      {again.refused && <p className={styles.error}>{again.refused}</p>}
    </div>
  )
}

const SHOWN = 5

/** What changed since, as far as it is told here; the report made again tells it all. */
function Stale({ report, since }: { report: Report; since: Differences }) {
  const { t } = useTranslation()
  const again = useAgain(report)
  const { count, differences } = since
  const shown = differences.slice(0, SHOWN)
  return (
    <div className={styles.stale} role="status" data-testid="stale-report">
      <p>
        <strong>{t('reports.stale.title')}</strong> {shown.join('; ')}
        {count > shown.length && ` ${t('reports.stale.more', { count: count - shown.length })}`}
      </p>
      <Button disabled={again.pending} onClick={again.act} data-testid="again">
        {t('reports.again')}
      </Button>
      {again.refused && <p className={styles.error}>{again.refused}</p>}
    </div>
  )
}
