import { useTranslation } from 'react-i18next'

import type { UpstreamSource } from '@/api/types'
import { ageOf, localTime, utcTime } from '@/shared/ages'
import { Button } from '@/shared/ui/Button'
import { Card, LastError } from '@/shared/ui/Card'
import card from '@/shared/ui/Card.module.css'
import { Facts } from '@/shared/ui/Facts'
import { useSaid } from '@/shared/useSaid'

import { useTest } from './api'
import { sizeOf } from './bytes'
import styles from './SourcesPage.module.css'

/** One source: whether it answers, how it is asked, what is here of it, what goes back to it. */
export function SourceCard({ source, now }: { source: UpstreamSource; now: Date }) {
  const { t } = useTranslation()
  const said = useSaid()
  const test = useTest()
  const states = Object.entries(source.outbox).filter(([, count]) => count > 0)
  const standing = (
    <>
      <span className={card.standing} data-standing={source.standing} data-testid="source-standing">
        {t(`sources.standing.${source.standing}`)}
      </span>
      <Answered source={source} now={now} />
      <Button className={styles.test} onClick={() => test.mutate(source.name)} disabled={test.isPending || source.standing === 'disabled'}>
        {test.isPending ? t('sources.testing') : t('sources.test')}
      </Button>
    </>
  )
  return (
    <Card title={source.name} beside={standing} data-testid="source">
      <Facts
        facts={[
          [t('sources.address'), [source.address, t('sources.priority', { number: source.priority })]],
          [t('sources.access'), [source.access, !source.verified && t('sources.unverified')]],
          [t('sources.here'), [t('sources.known', { count: source.studies }), t('sources.keptBytes', { size: sizeOf(source.kept_bytes, t) }), source.prefetch && t('sources.prefetch')]],
          [t('sources.results'), [t(`sources.resultsTo.${source.results}`), ...states.map(([state, count]) => `${count} ${t(`sources.delivery.${state}`)}`)]],
        ]}
      />
      {test.data && (
        <p className={test.data.answers ? card.good : card.error} role="status" data-testid="source-tested">
          {t(test.data.answers ? 'sources.testGood' : 'sources.testBad', { words: said(test.data.words) })}
        </p>
      )}
      {test.error && (
        <p className={card.error} role="alert">
          {test.error.message}
        </p>
      )}
      {source.last_error && source.last_error_at && <LastError at={source.last_error_at} words={said(source.last_error)} testId="source-error" />}
    </Card>
  )
}

function Answered({ source, now }: { source: UpstreamSource; now: Date }) {
  const { t, i18n } = useTranslation()
  const retry = source.retry_at ? ` · ${t('sources.retry', { time: localTime(source.retry_at, i18n.language) })}` : ''
  if (!source.answered_at) return <span className={card.muted}>{`${t('sources.never')}${retry}`}</span>
  const age = ageOf(source.answered_at, now)
  const words = age.unit === 'now' ? t('sources.answeredNow') : t('sources.answered', { age: t(`shared.age.${age.unit}`, { count: age.count }) })
  return (
    <span className={card.muted} title={`${utcTime(source.answered_at)} UTC`}>
      {`${words}${retry}`}
    </span>
  )
}
