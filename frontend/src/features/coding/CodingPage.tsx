import { type ReactNode, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams, useSearchParams } from 'react-router'

import { makeImagesReady } from '@/features/blinded-images/ready'
import { useViewerKeys } from '@/features/viewer/useViewerKeys'
import { Failed } from '@/shared/ui/Failed'
import { Skeleton } from '@/shared/ui/Page'

import { type Item, type ItemState, type Queue, useQueue } from './api'
import styles from './CodingPage.module.css'
import { ItemRoom } from './ItemRoom'
import { MissingPeople } from './MissingPeople'
import { afterwards, counts, following, GROUPS, opening } from './queue'

/** `/coding/{study}/`: a queue of one. Which error is open stands in the address. */
export default function CodingPage({ header }: { header?: ReactNode }) {
  const { study = '' } = useParams()
  const { t } = useTranslation()
  const queue = useQueue(study)
  useEffect(() => {
    document.title = `DARNDEST · ${t('coding.title')}`
  }, [t])
  useEffect(() => void makeImagesReady().catch(() => undefined), [])
  return (
    <div className={styles.page}>
      {queue.data ? (
        <Room key={study} queue={queue.data} />
      ) : (
        <>
          {header}
          {queue.error ? <Failed error={queue.error} onRetry={() => void queue.refetch()} /> : <Skeleton />}
        </>
      )}
    </div>
  )
}

function Room({ queue }: { queue: Queue }) {
  const { t } = useTranslation()
  const [search, setSearch] = useSearchParams()
  const asked = search.get('item')
  const current = queue.items.find(({ key }) => key === asked) ?? queue.items.find(({ key }) => key === opening(queue.items))
  const open = (key: string | undefined) => key && setSearch({ item: key }, { replace: true })
  const ways = useWays(queue, current?.key, current?.state)
  useViewerKeys({ n: () => open(ways.next), p: () => open(ways.previous) }, true)
  const done = (item: Item) => {
    // What may be looked at now stays in sight; otherwise go on.
    if (item.revealed === null && current) open(afterwards(queue.items, item.key, current.state))
  }
  return (
    <>
      <Bar queue={queue} current={current?.key} state={current?.state} ways={ways} onOpen={open} />
      <MissingPeople missing={queue.missing} />
      {current ? (
        <ItemRoom key={current.key} queue={queue} itemKey={current.key} onDone={done} onNext={ways.next === undefined ? undefined : () => open(ways.next)} />
      ) : (
        <main className={styles.notice} data-testid="coding-empty">
          <p>{t(queue.study.state === 'unblinded' ? 'coding.empty.nothing' : 'coding.empty.blinded')}</p>
        </main>
      )}
    </>
  )
}

type Ways = { next: string | undefined; previous: string | undefined }

/** Forwards and back among the errors that stand where this one stands; at their end, to what waits for this person. */
function useWays({ items }: Queue, key: string | undefined, state: ItemState | undefined): Ways {
  if (key === undefined || state === undefined) return { next: undefined, previous: undefined }
  return { next: afterwards(items, key, state), previous: following(items, key, [state], -1) }
}

type BarProps = { queue: Queue; current: string | undefined; state: ItemState | undefined; ways: Ways; onOpen: (key: string | undefined) => void }

function Bar({ queue, current, state, ways, onOpen }: BarProps) {
  const { t } = useTranslation()
  const of = counts(queue.items)
  const coded = queue.items.length - of.to_code
  return (
    <header className={styles.bar}>
      <Link className={styles.back} to="/">
        ‹ {t('coding.back')}
      </Link>
      <p className={styles.study}>
        <span className={styles.name}>{queue.study.title}</span>
        <span className={styles.what}>{t('coding.title')}</span>
      </p>
      {queue.study.synthetic && (
        <p className={styles.band} role="note" data-testid="synthetic-band">
          {t('shared.synthetic')}
        </p>
      )}
      <nav className={styles.groups} aria-label={t('coding.groups')}>
        {GROUPS.filter((group) => of[group] > 0).map((group) => (
          <button
            key={group}
            type="button"
            className={styles.group}
            aria-current={group === state ? 'true' : undefined}
            data-testid={`group-${group}`}
            title={t(`coding.stateMeans.${group}`)}
            onClick={() => onOpen(group === state ? current : queue.items.find((item) => item.state === group)?.key)}
          >
            {t(`coding.state.${group}`)} <span className={styles.count}>{of[group]}</span>
          </button>
        ))}
      </nav>
      {queue.coder && (
        <p className={styles.progress} data-testid="progress">
          <progress max={Math.max(queue.items.length, 1)} value={coded} aria-label={t('coding.progressLabel')} />
          {t('coding.progress', { coded, total: queue.items.length })}
        </p>
      )}
      <span className={styles.ways}>
        <WayButton sign="‹" words={t('coding.previous')} letter="p" to={ways.previous} onOpen={onOpen} />
        <WayButton sign="›" words={t('coding.next')} letter="n" to={ways.next} onOpen={onOpen} />
      </span>
    </header>
  )
}

type WayProps = { sign: string; words: string; letter: string; to: string | undefined; onOpen: (key: string | undefined) => void }

function WayButton({ sign, words, letter, to, onOpen }: WayProps) {
  return (
    <button type="button" className={styles.way} disabled={to === undefined} aria-label={words} title={`${words} (${letter})`} onClick={() => onOpen(to)}>
      {sign}
    </button>
  )
}
