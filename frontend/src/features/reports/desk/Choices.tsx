import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'

import { useInWords } from '../api/language'
import { NEW_COHORT, sourceOf, sourcePath } from '../api/reports'
import type { Analysis, Source } from '../api/types'
import { useTitleOf } from '../cohort/useTitleOf'
import styles from './Desk.module.css'

type Props = { sources: readonly Source[]; analyses: readonly Analysis[]; source: string; analysis?: string | undefined; report?: boolean }

/** Studies know nothing of clinical use, and cohorts of readers. */
const fitting = (analyses: readonly Analysis[], source: string) => analyses.filter((one) => (source.startsWith('study:') ? one.reads === 'study' : !one.readers))

/** At the left: of what, and which analysis. */
export function Choices({ sources, analyses, source, analysis, report = false }: Props) {
  const { t } = useTranslation()
  const inWords = useInWords()
  const navigate = useNavigate()
  const id = useId()
  const kinds = [...new Set(sources.map((one) => one.kind))]
  const titleOf = useTitleOf()
  const known = sources.some((one) => sourceOf(one) === source)
  return (
    <nav className={styles.choices} aria-label={t('reports.choices')} data-testid="choices">
      <label htmlFor={id}>{t('reports.source.label')}</label>
      <select id={id} value={known ? source : ''} onChange={(event) => void navigate(sourcePath(event.target.value, report ? undefined : analysis))} data-testid="source">
        {!known && <option value="">{source === NEW_COHORT ? t('cohort.fresh') : '–'}</option>}
        {kinds.map((kind) => (
          <optgroup key={kind} label={t(`reports.source.${kind}`, { defaultValue: kind })}>
            {sources
              .filter((one) => one.kind === kind)
              .map((one) => (
                <option key={one.key} value={sourceOf(one)}>
                  {titleOf(one)}
                  {!one.locked && ` (${t('reports.source.open')})`}
                </option>
              ))}
          </optgroup>
        ))}
      </select>
      {kinds.includes('cohort') && (
        <Link className={styles.define} to={sourcePath(NEW_COHORT, report ? undefined : analysis)} aria-current={source === NEW_COHORT ? 'page' : undefined} data-testid="define-cohort">
          {t('cohort.define')}
        </Link>
      )}
      <h2>{t('reports.analyses')}</h2>
      <ul>
        {fitting(analyses, source).map((one) => (
          <li key={one.name}>
            <Link to={sourcePath(source, one.name)} aria-current={one.name === analysis ? 'page' : undefined} data-testid="analysis" data-name={one.name}>
              {inWords(one.title)}
            </Link>
          </li>
        ))}
      </ul>
      <ul className={styles.more}>
        {source !== NEW_COHORT && (
          <li>
            <Link to={sourcePath(source)} aria-current={!analysis ? 'page' : undefined}>
              {t('reports.saved.title')}
            </Link>
          </li>
        )}
        <li>
          <Link to={source.startsWith('study:') ? `/reports/cutoffs/?source=${encodeURIComponent(source)}` : '/reports/cutoffs/'}>{t('cutoffs.title')}</Link>
        </li>
        <li>
          <Link to="/reports/paper/">{t('reportPaper.title')}</Link>
        </li>
      </ul>
    </nav>
  )
}
