import { useTranslation } from 'react-i18next'

import type { Workers } from '@/api/types'
import { ageOf } from '@/shared/ages'
import { Figures } from '@/shared/ui/Facts'
import notice from '@/shared/ui/Notice.module.css'
import { Found, Page } from '@/shared/ui/Page'
import { useNow } from '@/shared/useNow'

import { useWorkers } from './api'
import { WorkerCard } from './WorkerCard'

/** For administrators: the queue, and every worker process as it last described itself. */
export function WorkersPage() {
  const { t } = useTranslation()
  const now = useNow(5)
  const workers = useWorkers()
  return (
    <Page title={t('workers.title')} intro={t('workers.intro')}>
      <Found found={workers}>
        {(found) => (
          <>
            <Queue found={found} now={now} />
            {found.workers.map((worker) => (
              <WorkerCard key={worker.name} worker={worker} now={now} />
            ))}
            {found.workers.length === 0 && (
              <div className={notice.notice} data-testid="workers-empty">
                <h2>{t('workers.empty')}</h2>
                <p>{t('workers.emptyHow')}</p>
              </div>
            )}
          </>
        )}
      </Found>
    </Page>
  )
}

function Queue({ found, now }: { found: Workers; now: Date }) {
  const { t } = useTranslation()
  const age = found.oldest_queued_at ? ageOf(found.oldest_queued_at, now) : null
  const figures: [string, string][] = [
    [t('workers.queued'), String(found.queued)],
    ...(age ? [[t('workers.oldest'), t(`shared.age.${age.unit}`, { count: age.count })] as [string, string]] : []),
    [t('workers.running'), String(found.running)],
    [t('workers.done'), String(found.done_last_hour)],
  ]
  return <Figures label={t('workers.queue')} figures={figures} testId="workers-queue" />
}
