import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { BlindedImages } from '@/features/blinded-images/BlindedImages'
import { ImageTools } from '@/features/blinded-images/ImageTools'
import { fetchAhead } from '@/features/blinded-images/ready'
import type { BlindedBoard } from '@/features/blinded-images/useBlindedImages'

import { AidPanel } from './AidPanel'
import type { CaseView } from './api'
import { CaseHeader } from './CaseHeader'
import styles from './CaseRoom.module.css'
import { ContradictionDialog } from './ContradictionDialog'
import { FeedbackPanel } from './FeedbackPanel'
import { KeysDialog } from './KeysDialog'
import { LockBar } from './LockBar'
import { PointAnswer } from './PointAnswer'
import { ReadingForm } from './ReadingForm'
import { type CaseRoomParts, useCaseRoom, type Ways } from './useCaseRoom'
import type { Opened } from './useReading'

type Props = Ways & {
  opened: Opened
  /** What a pause or the way on met. */
  problem: string | undefined
}

/** One case: images left, the form right, nothing else. */
export function CaseRoom({ opened, problem, ...ways }: Props) {
  const { room, view, corrects } = opened
  const parts = useCaseRoom(opened, ways)
  const { keeper, kept, images, help, setHelp, act } = parts
  return (
    <div className={styles.room} data-testid="reading-room" data-stage={view.stage}>
      <main className={styles.images}>
        <BlindedImages images={images} />
      </main>
      <aside className={styles.side} aria-label={room.study.title}>
        <CaseHeader view={view} corrects={corrects} onPause={ways.onPause} onHelp={() => setHelp(true)} />
        {problem && (
          <p className={styles.problem} role="alert">
            {problem}
          </p>
        )}
        {view.aid && <AidPanel aid={view.aid} images={images} />}
        {parts.answering && <Answering key={view.stage} opened={opened} parts={parts} onPause={ways.onPause} />}
        {!parts.answering && view.feedback && <FeedbackPanel view={view} feedback={view.feedback} form={view.form} onNext={ways.onNext} />}
        <Tools images={images} synthetic={room.study.synthetic} />
      </aside>
      {help && <KeysDialog overlay={images.overlay} onClose={() => setHelp(false)} />}
      {kept.queried && <ContradictionDialog form={view.form} answers={kept.answers} onMeant={() => act(true)} onChange={() => keeper.dismissQuery()} />}
      <Ahead view={view} />
    </div>
  )
}

type AnsweringProps = { opened: Opened; parts: CaseRoomParts; onPause: () => void }

function Answering({ opened: { room, view, corrects }, parts, onPause }: AnsweringProps) {
  const { keeper, kept, images, active, activeNow, setActive, reason, setReason, help, setHelp, act } = parts
  const [lockAsked, setLockAsked] = useState(0)
  return (
    <>
      <ReadingForm
        keeper={keeper}
        view={kept}
        form={view.form}
        forcedPoint={room.lroc}
        first={view.stage === 'aided' ? view.first?.answers : undefined}
        keys={!help && !kept.queried}
        pointWords={({ key }) => <PointAnswer images={images} value={kept.answers[key]} onRemove={() => keeper.change({ [key]: null })} />}
        onLock={() => act(false)}
        onHelp={() => setHelp(true)}
        onPause={onPause}
        lockAsked={lockAsked}
        active={active}
        activeNow={activeNow}
        onActive={setActive}
      />
      <LockBar kept={kept} view={view} corrects={corrects} final={room.lock === 'reading' || view.practice} reason={reason} onReason={setReason} onLock={() => setLockAsked(lockAsked + 1)} />
    </>
  )
}

function Tools({ images, synthetic }: { images: BlindedBoard; synthetic: boolean }) {
  const { t } = useTranslation()
  return (
    <footer className={styles.tools}>
      <ImageTools images={images} overlays={false} />
      {synthetic && (
        <p className={styles.synthetic} role="note" data-testid="synthetic-band">
          {t('shared.synthetic')}
        </p>
      )}
    </footer>
  )
}

const AHEAD_AFTER_MS = 2_500

/** The next case's images come while this one is read. */
function Ahead({ view: { ahead } }: { view: CaseView }) {
  const client = useQueryClient()
  const address = ahead?.root
  const start = useEffectEvent((signal: AbortSignal) => (ahead ? fetchAhead(client, ahead, signal) : undefined))
  useEffect(() => {
    if (address === undefined) return
    const stop = new AbortController()
    const timer = setTimeout(() => void start(stop.signal), AHEAD_AFTER_MS)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [address])
  return null
}
