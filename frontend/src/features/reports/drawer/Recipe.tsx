import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import { localTime, utcTime } from '@/shared/ages'
import { CopyButton } from '@/shared/ui/Failed'

import { useLanguage } from '../api/language'
import { reportPath, useChanges, useDocument } from '../api/reports'
import type { Analysis, Report } from '../api/types'
import { plainName, valueInWords } from '../desk/options'
import styles from './Drawer.module.css'
import { standingOf } from './standing'

/** What a report was made of and how, so that it can be made again. */
export function Recipe({ report, analysis, title }: { report: Report; analysis: Analysis | undefined; title: string }) {
  const { t, i18n } = useTranslation()
  const word = (key: string, fallback: string) => t(`reportOption.${key}`, { defaultValue: fallback })
  const options = Object.entries(report.options)
  return (
    <div className={styles.drawer} data-testid="recipe">
      <h2>{t('reports.recipe.title')}</h2>
      <dl>
        <Fact name={t('reports.recipe.source')}>{title}</Fact>
        <Fact name={t('reports.recipe.state')}>
          {t(`reports.state.${report.state}`)}
          {report.preliminary && ` · ${t('reports.saved.preliminary')}`}
        </Fact>
        <Fact name={t('reports.recipe.inputs')}>
          <code className={styles.hash} data-testid="inputs-hash">
            {report.inputs_sha256}
          </code>{' '}
          <CopyButton text={report.inputs_sha256} />
        </Fact>
        <Fact name={t('reports.recipe.analysis')}>{t('reports.recipe.version', { name: report.analysis, version: report.version })}</Fact>
        <Standing report={report} />
        <Fact name={t('reports.recipe.made')}>
          <span title={`${utcTime(report.made_at)} UTC`}>{localTime(report.made_at, i18n.language)}</span>, {report.made_by}
        </Fact>
      </dl>
      {options.length > 0 && (
        <>
          <h3>{t('reports.recipe.options')}</h3>
          <dl className={styles.options}>
            {options.map(([name, value]) => {
              const option = analysis?.options.find((one) => one.name === name)
              return (
                <Fact key={name} name={word(`name.${name}`, plainName(name))}>
                  {valueInWords(option, value, word)}
                </Fact>
              )
            })}
          </dl>
        </>
      )}
      <Differences report={report} />
    </div>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** How much of it the protocol named, once the page is there. */
function Standing({ report }: { report: Report }) {
  const { t } = useTranslation()
  const found = useDocument(report.key, useLanguage(), report.state === 'done')
  if (!found.data) return null
  const { figures, ...counts } = standingOf(found.data)
  if (figures === 0) return null
  return <Fact name={t('reports.recipe.standing')}>{t(counts.pre + counts.added > 0 ? 'reports.recipe.counts' : 'reports.recipe.exploratory', { ...counts, rest: figures - counts.pre - counts.added })}</Fact>
}

function Differences({ report }: { report: Report }) {
  const { t } = useTranslation()
  const before = useChanges(report).data?.differs_from
  if (!before) return null
  return (
    <>
      <h3>{t('reports.recipe.differences')}</h3>
      <p>
        <Link to={reportPath(before.key)}>{t('reports.recipe.before')}</Link>
      </p>
      {before.differences.length > 0 ? (
        <ul className={styles.differences} data-testid="differences">
          {before.differences.map((one) => (
            <li key={one}>{one}</li>
          ))}
          {before.count > before.differences.length && <li>{t('reports.stale.more', { count: before.count - before.differences.length })}</li>}
        </ul>
      ) : (
        <p className={styles.muted}>{t('reports.recipe.same')}</p>
      )}
    </>
  )
}
