import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { Failed } from '@/shared/ui/Failed'
import notice from '@/shared/ui/Notice.module.css'
import { Page, Skeleton } from '@/shared/ui/Page'

import { useSetAside } from './api'
import { SetAsideCard } from './SetAsideCard'
import styles from './SetAsidePage.module.css'

/** For administrators: what came again with other attributes, to be accepted or refused. */
export function SetAsidePage() {
  const { t } = useTranslation()
  const [waiting, setWaiting] = useState(true)
  const list = useSetAside(waiting ? 'waiting' : null)
  const items = list.data?.results.filter((item) => (item.state === 'waiting') === waiting)
  const tabs = (
    <div role="group" aria-label={t('setAside.title')} className={styles.tabs}>
      <button type="button" aria-pressed={waiting} onClick={() => setWaiting(true)}>
        {t('setAside.waiting')}
      </button>
      <button type="button" aria-pressed={!waiting} onClick={() => setWaiting(false)} data-testid="set-aside-decided">
        {t('setAside.decided')}
      </button>
    </div>
  )
  return (
    <Page title={t('setAside.title')} intro={t('setAside.intro')} tools={tabs}>
      {list.isPending && <Skeleton />}
      {list.error && !list.data && <Failed error={list.error} onRetry={() => void list.refetch()} />}
      {items?.map((item) => <SetAsideCard key={item.id} item={item} />)}
      {items?.length === 0 && (
        <div className={notice.notice} data-testid="set-aside-empty">
          <h2>{t(waiting ? 'setAside.empty' : 'setAside.emptyDecided')}</h2>
          <p>{t('setAside.emptyHow')}</p>
        </div>
      )}
    </Page>
  )
}
