import { useTranslation } from 'react-i18next'

import type { Workers } from '@/api/types'
import { ageOf, localTime } from '@/shared/ages'
import { Failed } from '@/shared/ui/Failed'
import notice from '@/shared/ui/Notice.module.css'
import { useNow } from '@/shared/useNow'

import { useWorkers } from './api'
import { WorkerCard } from './WorkerCard'
import styles from './WorkersPage.module.css'

/** For administrators: the queue, and every worker process as it last described itself. */
export function WorkersPage() {
  const { t, i18n } = useTranslation()
  const now = useNow(5)
  const found = useWorkers()
  return (
    <div className={styles.page}>
      <div className={styles.column}>
        <h1>{t('workers.title')}</h1>
        <p className={styles.muted}>{t('workers.intro')}</p>
        {found.isPending && <div className={styles.skeleton} aria-busy="true" aria-label={t('shared.loading')} />}
        {found.error && !found.data && <Failed error={found.error} onRetry={() => void found.refetch()} />}
        {found.error && found.data && (
          <p className={styles.stale} role="status" data-testid="workers-stale">
            {t('workers.stale', { time: localTime(new Date(found.dataUpdatedAt).toISOString(), i18n.language) })}
          </p>
        )}
        {found.data && <Queue found={found.data} now={now} />}
        {found.data?.workers.map((worker) => <WorkerCard key={worker.name} worker={worker} now={now} />)}
        {found.data?.workers.length === 0 && (
          <div className={notice.notice} data-testid="workers-empty">
            <h2>{t('workers.empty')}</h2>
            <p>{t('workers.emptyHow')}</p>
          </div>
        )}
      </div>
    </div>
  )
}

function Queue({ found, now }: { found: Workers; now: Date }) {
  const { t } = useTranslation()
  const age = found.oldest_queued_at ? ageOf(found.oldest_queued_at, now) : null
  const facts = [
    [t('workers.queued'), String(found.queued)],
    ...(age ? [[t('workers.oldest'), t(`shared.age.${age.unit}`, { count: age.count })]] : []),
    [t('workers.running'), String(found.running)],
    [t('workers.done'), String(found.done_last_hour)],
  ]
  return (
    <dl className={styles.queue} aria-label={t('workers.queue')} data-testid="workers-queue">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
