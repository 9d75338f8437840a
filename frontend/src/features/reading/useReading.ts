/** React's hold on the seat, the keeper and the reporter of one case. */
import { useEffect, useEffectEvent, useState, useSyncExternalStore } from 'react'

import { type CaseView, type ReadingEvent, type RoomView, takeSeat } from './api'
import { AnswerKeeper, type KeeperView, type Told } from './keeper'
import { Reporter } from './reporter'
import { seatOfThisPage } from './seat'

export function useSeat(): string | undefined {
  const [seat, setSeat] = useState<string>()
  useEffect(() => {
    let wanted = true
    void seatOfThisPage().then((claimed) => wanted && setSeat(claimed))
    return () => {
      wanted = false
    }
  }, [])
  return seat
}

/** One case on this page. */
export interface Opened {
  room: RoomView
  view: CaseView
  seat: string
  /** To correct an answer that was submitted. */
  corrects: boolean
  /** Taken over from another tab or machine. */
  tookOver: boolean
}

/** What is answered at one stage of a case; the aided stage begins with the first answer, which the reader keeps or changes. */
export function useKeeper(opened: Opened, told: Told): [AnswerKeeper, KeeperView] {
  const { view } = opened
  const locked = useEffectEvent(told.locked)
  const stale = useEffectEvent(told.stale)
  const [keeper, setKeeper] = useState(() => makeKeeper(opened))
  const [stage, setStage] = useState(view.stage)
  if (stage !== view.stage) {
    setStage(view.stage)
    setKeeper(makeKeeper(opened))
  }
  useEffect(() => {
    keeper.tell({ locked: (receipt) => locked(receipt), stale: (error) => stale(error) })
    keeper.start()
    const leave = () => keeper.leave()
    window.addEventListener('pagehide', leave)
    return () => {
      window.removeEventListener('pagehide', leave)
      keeper.end()
    }
  }, [keeper])
  return [keeper, useSyncExternalStore(keeper.subscribe, keeper.view)]
}

function makeKeeper({ room, view, seat, corrects, tookOver }: Opened): AnswerKeeper {
  const given = view.submitted?.answers ?? view.first?.answers ?? {}
  const held = corrects || !view.draft ? { answers: given, revision: 0 } : { ...view.draft, savedAt: view.draft.saved_at }
  const { key: assignment, stage } = view
  return new AnswerKeeper({ study: room.study.key, assignment, seat, stage, form: view.form, forcedPoint: room.lroc, held, corrects, tookOver })
}

export function useReporter(study: string, assignment: string, seat: string): (event: ReadingEvent, leaving?: boolean) => void {
  const [reporter] = useState(() => new Reporter(study, assignment, seat))
  useEffect(() => {
    reporter.start()
    return () => reporter.end()
  }, [reporter])
  return (event, leaving) => reporter.tell(event, leaving)
}

/** Time away from the window: hidden, or another window in front. */
export function useAway(tell: (away: boolean) => void): void {
  const said = useEffectEvent(tell)
  useEffect(() => {
    let away = false
    const look = (now: boolean) => {
      if (now === away) return
      away = now
      said(now)
    }
    const see = () => look(document.visibilityState === 'hidden' || !document.hasFocus())
    const leave = () => look(true)
    const events = [
      [document, 'visibilitychange', see],
      [window, 'blur', leave],
      [window, 'focus', see],
      [window, 'pagehide', leave],
    ] as const
    events.forEach(([target, name, listener]) => target.addEventListener(name, listener))
    see()
    return () => events.forEach(([target, name, listener]) => target.removeEventListener(name, listener))
  }, [])
}

const SIGN_OF_LIFE_MS = 15_000

/** A sign of life while the case is open; tells when another tab or machine reads it. */
export function useSignOfLife(study: string, assignment: string | undefined, seat: string, lost: () => void): void {
  const told = useEffectEvent(lost)
  useEffect(() => {
    if (assignment === undefined) return
    const timer = setInterval(() => {
      takeSeat(study, assignment, seat, false)
        .then(({ seat_held }) => seat_held || told())
        // Silence is the keeper's to tell.
        .catch((error: { code?: string }) => error.code === 'seat_taken' && told())
    }, SIGN_OF_LIFE_MS)
    return () => clearInterval(timer)
  }, [study, assignment, seat])
}
