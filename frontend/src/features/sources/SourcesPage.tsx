import { useTranslation } from 'react-i18next'

import type { Sources } from '@/api/types'
import { Figures } from '@/shared/ui/Facts'
import notice from '@/shared/ui/Notice.module.css'
import { Found, Page } from '@/shared/ui/Page'
import { useNow } from '@/shared/useNow'

import { useOutbox, useSources } from './api'
import { sizeOf } from './bytes'
import { OutboxTable } from './OutboxTable'
import { SourceCard } from './SourceCard'
import styles from './SourcesPage.module.css'

/** For administrators: the PACS behind, what is kept of them, and the results on their way back. */
export function SourcesPage() {
  const { t } = useTranslation()
  const now = useNow(5)
  const sources = useSources()
  return (
    <Page title={t('sources.title')} intro={t('sources.intro')}>
      <Found found={sources}>
        {(found) =>
          found.sources.length === 0 ? (
            <div className={notice.notice} data-testid="sources-empty">
              <h2>{t('sources.empty')}</h2>
              <p>{t('sources.emptyHow')}</p>
            </div>
          ) : (
            <>
              <Cache cache={found.cache} />
              {found.sources.map((source) => (
                <SourceCard key={source.name} source={source} now={now} />
              ))}
              <Outbox />
            </>
          )
        }
      </Found>
    </Page>
  )
}

function Cache({ cache }: { cache: Sources['cache'] }) {
  const { t, i18n } = useTranslation()
  const figures: [string, string][] = [
    [t('sources.kept'), sizeOf(cache.used_bytes, t)],
    [t('sources.bound'), sizeOf(cache.bound_bytes, t)],
    [t('sources.seriesKept'), cache.series.toLocaleString(i18n.language)],
    [t('sources.studiesKept'), cache.studies.toLocaleString(i18n.language)],
  ]
  return <Figures label={t('sources.cache')} figures={figures} testId="sources-cache" />
}

function Outbox() {
  const { t } = useTranslation()
  const outbox = useOutbox()
  return (
    <section className={styles.outbox} aria-labelledby="outbox">
      <h2 id="outbox">{t('sources.outbox')}</h2>
      <p className={styles.about}>{t('sources.outboxIntro')}</p>
      {outbox.data && <OutboxTable deliveries={outbox.data} />}
    </section>
  )
}
