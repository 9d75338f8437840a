import { useTranslation } from 'react-i18next'

import { ApiError } from '@/api/client'
import { Button } from '@/shared/ui/Button'
import { Failed } from '@/shared/ui/Failed'
import { Skeleton } from '@/shared/ui/Page'

import { AgreementLines } from './AgreementLines'
import { type Item, type Queue, useItem, useSubmission } from './api'
import { keyed, type KeyedCategory } from './categories'
import { CodeForm } from './CodeForm'
import styles from './CodingPage.module.css'
import { ItemImages } from './ItemImages'
import panel from './Panel.module.css'
import { ReferenceFacts } from './ReferenceFacts'
import { RevealedPanel, useCategoryName } from './RevealedPanel'

type Props = { queue: Queue; itemKey: string; onDone: (item: Item) => void; onNext: (() => void) | undefined }

/** One error: images at the left, at the right what is to be said of it. */
export function ItemRoom({ queue, itemKey, onDone, onNext }: Props) {
  const { t } = useTranslation()
  const found = useItem(queue.study.key, itemKey)
  if (found.error instanceof ApiError && found.error.status === 404) return <Gone onNext={onNext} />
  if (found.error) return <Failed error={found.error} onRetry={() => void found.refetch()} />
  if (!found.data) return <Skeleton />
  const item = found.data
  return (
    <main className={styles.room}>
      <div className={styles.images}>
        {item.images ? <ItemImages key={String(item.revealed !== null)} item={item} images={item.images} /> : <p className={styles.none}>{t('coding.images.none')}</p>}
      </div>
      <aside className={panel.panel} data-own-keys data-testid="coding-panel" data-state={item.state}>
        <ItemPanel queue={queue} item={item} onDone={onDone} onNext={onNext} />
      </aside>
    </main>
  )
}

function Gone({ onNext }: { onNext: (() => void) | undefined }) {
  const { t } = useTranslation()
  return (
    <main className={styles.notice} role="alert">
      <p>{t('coding.gone')}</p>
      {onNext && <Button onClick={onNext}>{t('coding.next')}</Button>}
    </main>
  )
}

type PanelProps = { queue: Queue; item: Item; onDone: (item: Item) => void; onNext: (() => void) | undefined }

function ItemPanel({ queue, item, onDone, onNext }: PanelProps) {
  const { t } = useTranslation()
  const order = keyed(queue.categories, item.error)
  const { revealed } = item
  return (
    <>
      <h1 className={panel.title} data-testid="error-kind">
        {t(`coding.error.${item.error}`)}
        <span className={panel.note}>{t(`coding.errorMeans.${item.error}`)}</span>
      </h1>
      <ReferenceFacts reference={item.reference} terms={queue.terms} />
      {item.state === 'to_code' && <Coding queue={queue} item={item} order={order} onDone={onDone} />}
      {!revealed && item.mine && <Locked item={item} order={order} onNext={onNext} />}
      {revealed && <RevealedPanel revealed={revealed} order={order} terms={queue.terms} />}
      {revealed?.may_adjudicate && <Deciding queue={queue} item={item} order={order} revealed={revealed} onDone={onDone} />}
      <AgreementLines pairs={queue.agreement} />
    </>
  )
}

type CodingProps = { queue: Queue; item: Item; order: readonly KeyedCategory[]; onDone: (item: Item) => void }

function Coding({ queue, item, order, onDone }: CodingProps) {
  const lock = useSubmission(queue.study.key, item.key, 'codes')
  return <CodeForm order={order} act="code" busy={lock.isPending} error={lock.error} onSubmit={(said) => lock.mutate(said, { onSuccess: onDone })} />
}

function Deciding({ queue, item, order, revealed, onDone }: CodingProps & { revealed: NonNullable<Item['revealed']> }) {
  const decide = useSubmission(queue.study.key, item.key, 'adjudication')
  const named = new Set(revealed.codes.flatMap(({ primary, contributors }) => [primary, ...contributors]))
  return <CodeForm order={order} act="decision" busy={decide.isPending} error={decide.error} named={named} onSubmit={(said) => decide.mutate(said, { onSuccess: onDone })} />
}

function Locked({ item, order, onNext }: { item: Item; order: readonly KeyedCategory[]; onNext: (() => void) | undefined }) {
  const { t } = useTranslation()
  const name = useCategoryName(order)
  const { mine } = item
  if (!mine) return null
  return (
    <section className={panel.section} data-testid="locked">
      <h2>{t('coding.locked.title')}</h2>
      <p>
        <strong>{name(mine.primary)}</strong>
        {mine.contributors.length > 0 && <span className={panel.beside}> {t('coding.beside', { names: mine.contributors.map(name).join(t('coding.comma')) })}</span>}
        {mine.remark && <span className={panel.remark}>{mine.remark}</span>}
      </p>
      <p className={panel.note}>{t(item.state === 'waiting' ? 'coding.locked.waiting' : 'coding.locked.hidden')}</p>
      {onNext && <Button onClick={onNext}>{t('coding.next')} <kbd className={panel.kbd}>n</kbd></Button>}
    </section>
  )
}
