import { useTranslation } from 'react-i18next'

import type { UpstreamSeries, UpstreamStudy } from '@/api/types'
import { Elsewhere } from '@/features/sources/Elsewhere'

import styles from './Why.module.css'

/** Beside the images of a study that is not held here: where it lies, and which of its series are here. */
export function ElsewherePanel({ uid, study }: { uid: string; study: UpstreamStudy }) {
  const { t } = useTranslation()
  return (
    <aside className={styles.panel} aria-label={t('sources.other.title')} data-own-keys tabIndex={-1}>
      <Elsewhere uid={uid} study={study} className={`${styles.section} ${styles.elsewhere}`} />
      <section className={styles.section} data-testid="elsewhere-series">
        <h3 className={styles.title}>{`${t('viewer.seriesList.title')} · ${study.listing.length}`}</h3>
        <div className={styles.list}>
          {study.listing.map((series) => (
            <SeriesItem key={series.uid} series={series} offline={study.state === 'offline'} />
          ))}
        </div>
        <p className={`${styles.muted} ${styles.small} ${styles.call}`}>{t('sources.elsewhere.roles')}</p>
      </section>
    </aside>
  )
}

function SeriesItem({ series, offline }: { series: UpstreamSeries; offline: boolean }) {
  const { t } = useTranslation()
  const where = series.kept ? 'kept' : offline ? 'missing' : 'fetched'
  const facts = [series.role === 'none' ? series.modality : series.role, series.instances !== null && t('viewer.seriesList.instances', { count: series.instances })]
  return (
    <div data-series={series.uid} data-kept={series.kept}>
      <p>
        <strong>{series.number ?? '–'}</strong> {series.description || <span className={styles.muted}>{t('viewer.seriesList.untitled')}</span>}
      </p>
      <p className={`${styles.muted} ${styles.small}`}>{[...facts, t(`sources.elsewhere.series.${where}`)].filter(Boolean).join(' · ')}</p>
    </div>
  )
}
