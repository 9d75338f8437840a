import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'

import { Found } from '@/shared/ui/Page'

import { useInWords } from '../api/language'
import { usePaper } from '../api/reports'
import type { Paper, PaperFigure } from '../api/types'
import { filtered, VERDICTS } from './filters'
import styles from './PaperPage.module.css'

/** What `python -m ml reproduce-paper` prints: published, recomputed, method, verdict; and why. */
export function PaperPage() {
  const { t } = useTranslation()
  const paper = usePaper()
  return (
    <div className={styles.page}>
      <div className={styles.column}>
        <Link to="/reports/" className={styles.back}>
          ‹ {t('reportPaper.back')}
        </Link>
        <h1>{t('reportPaper.title')}</h1>
        <p className={styles.intro}>{t('reportPaper.intro')}</p>
        <Found found={paper}>{(found) => <Figures paper={found} />}</Found>
      </div>
    </div>
  )
}

function Figures({ paper }: { paper: Paper }) {
  const { t } = useTranslation()
  const inWords = useInWords()
  const [search, setSearch] = useSearchParams()
  const filters = { part: search.get('part') ?? '', verdict: search.get('verdict') ?? '', search: search.get('figure') ?? '' }
  const set = (name: string, value: string) => {
    const next = new URLSearchParams(search)
    if (value) next.set(name, value)
    else next.delete(name)
    setSearch(next, { replace: true })
  }
  const parts = [...new Map(paper.figures.map((one) => [one.section.en, one.section])).values()]
  const shown = filtered(paper.figures, filters)
  const there = VERDICTS.filter((verdict) => paper.sums[verdict] > 0)
  return (
    <>
      <ul className={styles.sums} data-testid="paper-sums" aria-label={t('reportPaper.verdict')}>
        {there.map((verdict) => (
          <li key={verdict}>
            <button type="button" aria-pressed={filters.verdict === verdict} onClick={() => set('verdict', filters.verdict === verdict ? '' : verdict)} data-testid={`sum-${verdict}`}>
              <strong>{paper.sums[verdict]}</strong> {t(`reportPaper.verdicts.${verdict}`)}
              <span>{t(`reportPaper.means.${verdict}`)}</span>
            </button>
          </li>
        ))}
      </ul>
      <p className={paper.as_published ? styles.muted : styles.error}>{t(paper.as_published ? 'reportPaper.asPublished' : 'reportPaper.notAsPublished')}</p>
      <div className={styles.filters}>
        <label>
          {t('reportPaper.part')}
          <select value={filters.part} onChange={(event) => set('part', event.target.value)} data-testid="paper-part">
            <option value="">{t('reportPaper.all')}</option>
            {parts.map((part) => (
              <option key={part.en} value={part.en}>
                {inWords(part)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t('reportPaper.verdict')}
          <select value={filters.verdict} onChange={(event) => set('verdict', event.target.value)}>
            <option value="">{t('reportPaper.all')}</option>
            {there.map((verdict) => (
              <option key={verdict} value={verdict}>
                {t(`reportPaper.verdicts.${verdict}`)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t('reportPaper.search')}
          <input type="search" value={filters.search} placeholder="t1.internal" onChange={(event) => set('figure', event.target.value)} />
        </label>
        <span role="status" className={styles.muted} data-testid="paper-shown">
          {t('reportPaper.shown', { count: shown.length, all: paper.figures.length })}
        </span>
      </div>
      {shown.length === 0 ? <p>{t('reportPaper.nothing')}</p> : <Rows figures={shown} />}
      <p className={styles.muted}>
        {t('reportPaper.source')} {paper.source}
      </p>
    </>
  )
}

function Rows({ figures }: { figures: readonly PaperFigure[] }) {
  const { t } = useTranslation()
  return (
    <div className={styles.region} role="region" aria-label={t('reportPaper.table')} tabIndex={0}>
      <table className={styles.table} data-testid="paper-figures">
        <thead>
          <tr>
            {(['figure', 'published', 'recomputed', 'method', 'verdict'] as const).map((column) => (
              <th key={column} scope="col">
                {t(`reportPaper.column.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {figures.map((one) => (
            <FigureRow key={one.id} one={one} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function FigureRow({ one }: { one: PaperFigure }) {
  const { t } = useTranslation()
  const inWords = useInWords()
  const reason = inWords(one.reason)
  return (
    <tr data-testid="paper-figure" data-verdict={one.verdict}>
      <th scope="row">
        <code>{one.id}</code>
      </th>
      <td>{one.published}</td>
      <td>
        {one.recomputed}
        {one.note.en && <span className={styles.reason}>{inWords(one.note)}</span>}
      </td>
      <td>{inWords(one.method)}</td>
      <td>
        <span className={styles.verdict}>{t(`reportPaper.verdicts.${one.verdict}`)}</span>
        {reason && <span className={styles.reason}>{reason}</span>}
      </td>
    </tr>
  )
}
