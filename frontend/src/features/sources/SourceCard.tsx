import { useId } from 'react'
import { useTranslation } from 'react-i18next'

import type { UpstreamSource } from '@/api/types'
import { ageOf, localTime, utcTime } from '@/shared/ages'
import { Button } from '@/shared/ui/Button'
import { useSaid } from '@/shared/useSaid'

import { useTest } from './api'
import { sizeOf } from './bytes'
import styles from './SourcesPage.module.css'

/** One source: whether it answers, how it is asked, what is here of it, what goes back to it. */
export function SourceCard({ source, now }: { source: UpstreamSource; now: Date }) {
  const { t, i18n } = useTranslation()
  const said = useSaid()
  const heading = useId()
  const test = useTest()
  const size = sizeOf(source.kept_bytes)
  const states = Object.entries(source.outbox).filter(([, count]) => count > 0)
  return (
    <article className={styles.card} aria-labelledby={heading} data-testid="source">
      <header className={styles.header}>
        <h2 id={heading}>{source.name}</h2>
        <span className={styles.standing} data-standing={source.standing} data-testid="source-standing">
          {t(`sources.standing.${source.standing}`)}
        </span>
        <Answered source={source} now={now} />
        <Button className={styles.test} onClick={() => test.mutate(source.name)} disabled={test.isPending || source.standing === 'disabled'}>
          {test.isPending ? t('sources.testing') : t('sources.test')}
        </Button>
      </header>
      <dl className={styles.facts}>
        <Fact name={t('sources.address')} values={[source.address, t('sources.priority', { number: source.priority })]} />
        <Fact name={t('sources.access')} values={[source.access, !source.verified && t('sources.unverified')]} />
        <Fact
          name={t('sources.here')}
          values={[t('sources.known', { count: source.studies }), t('sources.keptBytes', { size: t(`sources.${size.unit}`, { count: size.count }) }), source.prefetch && t('sources.prefetch')]}
        />
        <Fact name={t('sources.results')} values={[t(`sources.resultsTo.${source.results}`), ...states.map(([state, count]) => `${count} ${t(`sources.delivery.${state}`)}`)]} />
      </dl>
      {test.data && (
        <p className={test.data.answers ? styles.good : styles.error} role="status" data-testid="source-tested">
          {t(test.data.answers ? 'sources.testGood' : 'sources.testBad', { words: said(test.data.words) })}
        </p>
      )}
      {test.error && (
        <p className={styles.error} role="alert">
          {test.error.message}
        </p>
      )}
      {source.last_error && source.last_error_at && (
        <p className={styles.error} data-testid="source-error">
          <strong title={`${utcTime(source.last_error_at)} UTC`}>{t('sources.error', { time: localTime(source.last_error_at, i18n.language) })}</strong> {said(source.last_error)}
        </p>
      )}
    </article>
  )
}

function Answered({ source, now }: { source: UpstreamSource; now: Date }) {
  const { t, i18n } = useTranslation()
  const retry = source.retry_at ? ` · ${t('sources.retry', { time: localTime(source.retry_at, i18n.language) })}` : ''
  if (!source.answered_at) return <span className={styles.muted}>{`${t('sources.never')}${retry}`}</span>
  const age = ageOf(source.answered_at, now)
  const words = age.unit === 'now' ? t('sources.answeredNow') : t('sources.answered', { age: t(`shared.age.${age.unit}`, { count: age.count }) })
  return (
    <span className={styles.muted} title={`${utcTime(source.answered_at)} UTC`}>
      {`${words}${retry}`}
    </span>
  )
}

function Fact({ name, values }: { name: string; values: (string | false)[] }) {
  return (
    <div>
      <dt>{name}</dt>
      {values.map((value) => value && <dd key={value}>{value}</dd>)}
    </div>
  )
}
