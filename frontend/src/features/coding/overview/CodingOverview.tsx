import { useTranslation } from 'react-i18next'

import { Failed } from '@/shared/ui/Failed'
import { Figures } from '@/shared/ui/Facts'
import { Skeleton } from '@/shared/ui/Page'

import { AgreementLine } from '../AgreementLines'
import { exportAddress, type Overview, useOverview } from '../api'
import { MissingPeople } from '../MissingPeople'
import { BarsTable } from './BarsTable'
import styles from './CodingOverview.module.css'

const ERRORS = ['false_positive', 'false_negative'] as const

/** Error coding as the investigator sees it: where the errors stand, who erred how, agreement, the table to take away. */
export function CodingOverview({ study }: { study: string }) {
  const { t } = useTranslation()
  const found = useOverview(study)
  return (
    <section className={styles.overview} data-testid="coding-overview" aria-label={t('coding.overview.title')}>
      {found.data ? <Content study={study} overview={found.data} /> : found.error ? <Failed error={found.error} onRetry={() => void found.refetch()} /> : <Skeleton />}
    </section>
  )
}

function Content({ study, overview }: { study: string; overview: Overview }) {
  const { t } = useTranslation()
  if (!overview.begun) return <p>{t('coding.overview.notBegun')}</p>
  if (overview.total === 0) return <p>{t('coding.overview.noErrors')}</p>
  const figures = (['total', 'uncoded', 'coded_once', 'differing', 'settled', 'adjudicated'] as const).map((name): [string, string] => [t(`coding.overview.${name}`), String(overview[name])])
  return (
    <>
      <MissingPeople missing={overview.missing} />
      <Figures label={t('coding.overview.figures')} figures={figures} testId="coding-figures" />
      {ERRORS.map((error) => (
        <BarsTable key={error} error={error} bars={overview.bars.filter((bar) => bar.error === error)} categories={overview.categories.filter((one) => one.error === error)} />
      ))}
      {overview.bars.some(({ kind }) => kind === 'tactic') && <p className={styles.note}>{t('coding.overview.tactic')}</p>}
      <h2>{t('coding.agreement.title')}</h2>
      <ul className={styles.lines} data-testid="overview-agreement">
        {overview.agreement.map((pair) => (
          <li key={`${pair.first}-${pair.second}-${pair.error}`}>
            <AgreementLine pair={pair} />
          </li>
        ))}
      </ul>
      <h2>{t('coding.overview.coders')}</h2>
      <ul className={styles.lines}>
        {overview.coders.length === 0 && <li>{t('coding.overview.noCoders')}</li>}
        {overview.coders.map(({ number, name, done }) => (
          <li key={number}>{t('coding.overview.coder', { number, name, done })}</li>
        ))}
      </ul>
      <p>
        <a href={exportAddress(study)} download>
          {t('coding.overview.export')}
        </a>
      </p>
    </>
  )
}
