import { useTranslation } from 'react-i18next'

import type { Workers } from '@/api/types'
import { ageOf } from '@/shared/ages'
import { Facts, Figures } from '@/shared/ui/Facts'
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
            <OtherQueues found={found} now={now} />
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
  const oldest = useOldest(now)
  const figures: [string, string][] = [[t('workers.queued'), String(found.queued)], ...oldest(found), [t('workers.running'), String(found.running)], [t('workers.done'), String(found.done_last_hour)]]
  return <Figures label={t('workers.queue')} figures={figures} testId="workers-queue" />
}

/** What the same workers do while no examination waits. */
function OtherQueues({ found, now }: { found: Workers; now: Date }) {
  const { t } = useTranslation()
  const oldest = useOldest(now)
  const facts = found.queues.map((queue): [string, string[]] => {
    const figures: [string, string][] = [[t('workers.queued'), String(queue.queued)], ...oldest(queue), [t('workers.running'), String(queue.running)]]
    return [t(`workers.others.${queue.name}`), [figures.map(([name, value]) => `${name} ${value}`).join(' · ')]]
  })
  return (
    <div data-testid="other-queues">
      <Facts facts={facts} />
    </div>
  )
}

function useOldest(now: Date) {
  const { t } = useTranslation()
  return ({ oldest_queued_at }: { oldest_queued_at: string | null }): [string, string][] => {
    const age = oldest_queued_at ? ageOf(oldest_queued_at, now) : null
    return age ? [[t('workers.oldest'), t(`shared.age.${age.unit}`, { count: age.count })]] : []
  }
}
