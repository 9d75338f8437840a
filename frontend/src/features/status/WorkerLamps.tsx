import { useTranslation } from 'react-i18next'

import { useConnection } from '@/api/LiveUpdates'
import { ageOf } from '@/shared/ages'
import { useNow } from '@/shared/useNow'

import { useStatus } from './api'
import styles from './WorkerLamps.module.css'

/** One lamp a worker; words take over when none answers or this page no longer hears the server. */
export function WorkerLamps() {
  const { t } = useTranslation()
  const now = useNow(5)
  const status = useStatus()
  const connection = useConnection()
  if (connection === 'lost') {
    return (
      <span className={styles.warning} role="status" title={t('status.lostTitle')}>
        ▲ {t('status.lost')}
      </span>
    )
  }
  if (!status.data) return null
  const { workers, running, queued } = status.data
  const names = workers.map((worker) => {
    const age = ageOf(worker.alive_at, now)
    return t('status.worker', { name: worker.name, age: t(`shared.age.${age.unit}`, { count: age.count }) })
  })
  const title = workers.length ? [...names, t('status.queue', { running, queued })].join('\n') : t('status.noWorker')
  return (
    <span className={workers.length ? styles.workers : styles.warning} title={title} data-testid="workers">
      {t('status.workers')} <span aria-hidden="true">{workers.length ? '●'.repeat(Math.min(workers.length, 8)) : '○'}</span>
      <span className="visually-hidden">{title}</span>
    </span>
  )
}
