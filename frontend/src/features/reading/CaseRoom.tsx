import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useEffect, useEffectEvent, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { BlindedImages } from '@/features/blinded-images/BlindedImages'
import { ImageTools } from '@/features/blinded-images/ImageTools'
import { fetchAhead } from '@/features/blinded-images/ready'
import { type BlindedBoard, type PointAt, useBlindedImages } from '@/features/blinded-images/useBlindedImages'
import { Button } from '@/shared/ui/Button'

import { AidPanel } from './AidPanel'
import type { CaseView, Overlay, Submitted } from './api'
import { CaseHeader } from './CaseHeader'
import styles from './CaseRoom.module.css'
import { ContradictionDialog } from './ContradictionDialog'
import { FeedbackPanel } from './FeedbackPanel'
import { asked, isPoint, type Question } from './form'
import { KeysDialog } from './KeysDialog'
import { LockBar } from './LockBar'
import { PointAnswer } from './PointAnswer'
import { ReadingForm } from './ReadingForm'
import { type Opened, useAway, useKeeper, useReporter, useSignOfLife } from './useReading'

type Props = {
  opened: Opened
  /** The case goes on: its next stage, or the feedback of a practice case. */
  onView: (view: CaseView) => void
  /** The case is locked, or corrected. */
  onLocked: (receipt: Submitted) => void
  onPause: () => void
  onNext: () => void
  /** Another tab or machine reads it. */
  onElsewhere: () => void
  /** It stands otherwise than this page thinks. */
  onStale: () => void
}

/** One case: images left, the form right, nothing else. */
export function CaseRoom(props: Props) {
  const { opened, onView, onLocked } = props
  const { room, view, seat, corrects } = opened
  const [keeper, kept] = useKeeper(opened, {
    locked: (receipt) => (receipt.case && !corrects && (!receipt.case.answered || receipt.case.feedback) ? onView(receipt.case) : onLocked(receipt)),
    stale: props.onStale,
  })
  const [active, setActive] = useState<string>()
  const [help, setHelp] = useState(false)
  const [lockAsked, setLockAsked] = useState(0)
  const [reason, setReason] = useState('')
  const answering = !view.answered || corrects
  const marking = answering && !kept.acting ? pointQuestion(asked(room.form, kept.answers, room.lroc), active) : undefined
  const told = useReports(opened)
  const mark = (question: Question, point: number[], sequence: string) => {
    keeper.change({ [question.key]: { point, sequence } })
    if (active === question.key) setActive(questionAfter(asked(room.form, keeper.view().answers, room.lroc), question.key))
  }
  const images = useBlindedImages(useShown(view), {
    point: pointShown(room.form, kept.answers, marking),
    onPoint: marking && ((point, role) => mark(marking, point, role)),
    onFirstImage: told.firstImage,
    onHeatmap: told.heatmap,
    keys: !help && !kept.queried,
  })
  useElsewhere(kept.standing === 'elsewhere', props)
  const dialog = help || kept.queried
  const lock = () => {
    if (corrects && reason.trim() === '') document.querySelector<HTMLElement>('[data-testid="correction-reason"]')?.focus()
    else keeper.lock(corrects ? { reason } : {})
  }
  return (
    <div className={styles.room} data-testid="reading-room" data-stage={view.stage}>
      <main className={styles.images}>
        <BlindedImages images={images} />
      </main>
      <aside className={styles.side} aria-label={room.study.title}>
        <CaseHeader view={view} corrects={corrects} onPause={props.onPause} onHelp={() => setHelp(true)} />
        {view.aid && <AidPanel aid={view.aid} images={images} />}
        {answering ? (
          <>
            <ReadingForm
              key={view.stage}
              keeper={keeper}
              view={kept}
              form={room.form}
              forcedPoint={room.lroc}
              first={view.stage === 'aided' ? view.first?.answers : undefined}
              keys={!dialog}
              pointWords={(question) => <PointAnswer images={images} value={kept.answers[question.key]} onRemove={() => keeper.change({ [question.key]: null })} />}
              onLock={lock}
              onHelp={() => setHelp(true)}
              onPause={props.onPause}
              lockAsked={lockAsked}
              active={active}
              onActive={setActive}
            />
            <LockBar kept={kept} view={view} corrects={corrects} reason={reason} onReason={setReason} onLock={() => setLockAsked(lockAsked + 1)} />
          </>
        ) : (
          view.feedback && <FeedbackPanel view={view} feedback={view.feedback} form={room.form} onNext={props.onNext} />
        )}
        <Tools images={images} synthetic={room.study.synthetic} />
      </aside>
      {help && <KeysDialog overlay={images.overlay} onClose={() => setHelp(false)} />}
      {kept.queried && <ContradictionDialog form={room.form} answers={kept.answers} onMeant={() => keeper.lock({ confirmed: true, ...(corrects ? { reason } : {}) })} onChange={() => keeper.dismissQuery()} />}
      {seat && <Ahead view={view} />}
    </div>
  )
}

function Tools({ images, synthetic }: { images: BlindedBoard; synthetic: boolean }): ReactNode {
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

/** The images with the aid's heatmaps, once there are any. The same object while they stay the same: the panes compare it. */
function useShown({ images, aid }: CaseView) {
  return useMemo(() => ({ ...images, heatmaps: aid?.heatmaps ?? images.heatmaps }), [images, aid])
}

/** What a click in an image answers: the question in hand if it asks for a point, else the first that does. */
function pointQuestion(questions: Question[], active: string | undefined): Question | undefined {
  const points = questions.filter(({ kind }) => kind === 'point')
  return points.find(({ key }) => key === active) ?? points[0]
}

function pointShown(form: readonly Question[], answers: Record<string, unknown>, marking: Question | undefined): PointAt | undefined {
  const question = marking ?? form.find(({ kind }) => kind === 'point')
  const answer = question && answers[question.key]
  return isPoint(answer) ? { point: answer.point, role: answer.sequence } : undefined
}

function questionAfter(questions: Question[], key: string): string {
  return questions[questions.findIndex((question) => question.key === key) + 1]?.key ?? key
}

/** Tells the server what only this page sees. */
function useReports({ room, view, seat, corrects }: Opened) {
  const report = useReporter(room.study.key, view.key, seat)
  const { stage } = view
  const silent = corrects || view.answered
  useAway((away) => silent || report({ stage, kind: away ? 'away' : 'back' }, away))
  const aided = view.aid !== null
  const showScores = useEffectEvent(() => report({ stage, kind: 'aid_shown', overlay: 'scores' }))
  useEffect(() => {
    if (aided && !silent) showScores()
  }, [aided, silent])
  return {
    firstImage: () => silent || report({ stage, kind: 'first_image' }),
    heatmap: (sequence: string, shown: boolean) => silent || report({ stage, kind: shown ? 'aid_shown' : 'aid_hidden', overlay: sequence as Overlay }),
  }
}

function useElsewhere(elsewhere: boolean, { opened, onElsewhere }: Props): void {
  const { room, view, seat, corrects } = opened
  const tell = useEffectEvent(onElsewhere)
  useEffect(() => {
    if (elsewhere) tell()
  }, [elsewhere])
  useSignOfLife(room.study.key, corrects || view.answered ? undefined : view.key, seat, onElsewhere)
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

/** Between cases: nothing to see, nothing is timed. */
export function CaseLocked({ receipt, view, onNext, onPause }: { receipt: Submitted; view: CaseView; onNext: () => void; onPause: () => void }) {
  const { t, i18n } = useTranslation()
  const time = new Date(receipt.submitted_at).toLocaleTimeString(i18n.language, { hour12: false })
  return (
    <div className={styles.between} data-testid="case-locked">
      <h1>{t(view.practice ? 'reading.lockedPractice' : 'reading.locked', { position: view.position, time })}</h1>
      <div className={styles.betweenButtons}>
        <Button look="primary" autoFocus onClick={onNext} data-testid="next-case">
          {t('reading.next')} <kbd className={styles.kbd}>Enter</kbd>
        </Button>
        <Button onClick={onPause}>{t('reading.pause')}</Button>
      </div>
    </div>
  )
}
