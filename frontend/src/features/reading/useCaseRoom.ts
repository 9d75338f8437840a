/** One case as this page holds it: answers, the question in hand, the images and the point in them, what the server is told. */
import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react'

import type { ApiError } from '@/api/client'
import { type PointAt, useBlindedImages } from '@/features/blinded-images/useBlindedImages'

import type { CaseView, Overlay, Submitted } from './api'
import { asked, isPoint, type Question } from './form'
import { type Opened, useAway, useKeeper, useReporter, useSignOfLife } from './useReading'

export interface Ways {
  /** The case goes on: its next stage, or the feedback of a practice case. */
  onView: (view: CaseView) => void
  /** The case is locked, or corrected. */
  onLocked: (receipt: Submitted) => void
  onPause: () => void
  onNext: () => void
  /** Another tab or machine reads it. */
  onElsewhere: () => void
  /** It stands otherwise than this page thinks. */
  onStale: (error: ApiError) => void
}

export type CaseRoomParts = ReturnType<typeof useCaseRoom>

export function useCaseRoom(opened: Opened, ways: Ways) {
  const { room, view, corrects } = opened
  const [keeper, kept] = useKeeper(opened, {
    locked: (receipt) => (goesOn(receipt, corrects) ? ways.onView(receipt.case as CaseView) : ways.onLocked(receipt)),
    stale: ways.onStale,
  })
  const { active, activeNow, setActive } = useActive(view.stage)
  const [help, setHelp] = useState(false)
  const [reason, setReason] = useState('')
  const answering = !view.answered || corrects
  const questions = asked(view.form, kept.answers, room.lroc)
  const marking = answering && !kept.acting ? pointQuestion(questions, active) : undefined
  const told = useReports(opened)
  const mark = (question: Question, point: number[], sequence: string) => {
    keeper.change({ [question.key]: { point, sequence } })
    if (activeNow() === question.key) setActive(questionAfter(questions, question.key))
  }
  const images = useBlindedImages(useShown(view), {
    point: pointShown(view.form, kept.answers, marking),
    onPoint: marking && ((point, role) => mark(marking, point, role)),
    onFirstImage: told.firstImage,
    onHeatmap: told.heatmap,
    keys: !help && !kept.queried,
  })
  useElsewhere(kept.standing === 'elsewhere', opened, ways.onElsewhere)
  const act = (confirmed: boolean) => {
    if (corrects && reason.trim() === '') document.querySelector<HTMLElement>('[data-testid="correction-reason"]')?.focus()
    else keeper.lock({ confirmed, ...(corrects ? { reason } : {}) })
  }
  return { keeper, kept, active, activeNow, setActive, help, setHelp, reason, setReason, answering, images, act }
}

/** Whether there is more of the case to see: its next stage, or its feedback. */
function goesOn({ case: view }: Submitted, corrects: boolean): boolean {
  return view !== null && !corrects && (!view.answered || view.feedback !== null)
}

/** The question in hand; each stage begins at its first. */
function useActive(stage: string) {
  const [drawn, draw] = useState<{ stage: string; question: string }>()
  const now = useRef(drawn)
  const of = (one: typeof drawn) => (one?.stage === stage ? one.question : undefined)
  const setActive = (question: string) => {
    now.current = { stage, question }
    draw(now.current)
  }
  // Keys may come faster than the page is drawn.
  return { active: of(drawn), activeNow: () => of(now.current), setActive }
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

function useElsewhere(elsewhere: boolean, { room, view, seat, corrects }: Opened, onElsewhere: () => void): void {
  const tell = useEffectEvent(onElsewhere)
  useEffect(() => {
    if (elsewhere) tell()
  }, [elsewhere])
  useSignOfLife(room.study.key, corrects || view.answered ? undefined : view.key, seat, onElsewhere)
}
