import { useTranslation } from 'react-i18next'

import type { Sources } from '@/api/types'
import { localTime } from '@/shared/ages'
import { Failed } from '@/shared/ui/Failed'
import notice from '@/shared/ui/Notice.module.css'
import { useNow } from '@/shared/useNow'

import { useOutbox, useSources } from './api'
import { sizeOf } from './bytes'
import { OutboxTable } from './OutboxTable'
import { SourceCard } from './SourceCard'
import styles from './SourcesPage.module.css'

/** For administrators: the PACS behind, what is kept of them, and the results on their way back. */
export function SourcesPage() {
  const { t, i18n } = useTranslation()
  const now = useNow(5)
  const found = useSources()
  const outbox = useOutbox()
  return (
    <div className={styles.page}>
      <div className={styles.column}>
        <h1>{t('sources.title')}</h1>
        <p className={styles.muted}>{t('sources.intro')}</p>
        {found.isPending && <div className={styles.skeleton} aria-busy="true" aria-label={t('shared.loading')} />}
        {found.error && !found.data && <Failed error={found.error} onRetry={() => void found.refetch()} />}
        {found.error && found.data && (
          <p className={styles.stale} role="status" data-testid="sources-stale">
            {t('sources.stale', { time: localTime(new Date(found.dataUpdatedAt).toISOString(), i18n.language) })}
          </p>
        )}
        {found.data && found.data.sources.length > 0 && <Cache cache={found.data.cache} />}
        {found.data?.sources.map((source) => <SourceCard key={source.name} source={source} now={now} />)}
        {found.data?.sources.length === 0 && (
          <div className={notice.notice} data-testid="sources-empty">
            <h2>{t('sources.empty')}</h2>
            <p>{t('sources.emptyHow')}</p>
          </div>
        )}
        {found.data && found.data.sources.length > 0 && (
          <section aria-labelledby="outbox">
            <h2 id="outbox">{t('sources.outbox')}</h2>
            <p className={styles.muted}>{t('sources.outboxIntro')}</p>
            {outbox.data && <OutboxTable deliveries={outbox.data} />}
          </section>
        )}
      </div>
    </div>
  )
}

function Cache({ cache }: { cache: Sources['cache'] }) {
  const { t, i18n } = useTranslation()
  const size = (octets: number) => {
    const { unit, count } = sizeOf(octets)
    return t(`sources.${unit}`, { count })
  }
  const facts = [
    [t('sources.kept'), size(cache.used_bytes)],
    [t('sources.bound'), size(cache.bound_bytes)],
    [t('sources.seriesKept'), cache.series.toLocaleString(i18n.language)],
    [t('sources.studiesKept'), cache.studies.toLocaleString(i18n.language)],
  ]
  return (
    <dl className={styles.cache} aria-label={t('sources.cache')} data-testid="sources-cache">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
