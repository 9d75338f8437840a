/** The ways through the room: to the next case, out for a pause, back for a correction, past another tab. */
import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'

import { ApiError } from '@/api/client'

import { type CaseView, getCase, lockSession, openNext, pause, roomKey, type RoomView, type Submitted, takeSeat } from './api'
import type { Opened } from './useReading'

export type ReadingPlace =
  | { kind: 'start' }
  /** `turn` counts up when the same case is opened anew. */
  | { kind: 'case'; opened: Opened; turn: number }
  | { kind: 'locked'; receipt: Submitted; view: CaseView }
  | { kind: 'elsewhere'; assignment: string }

/** Refusals that the start page itself tells, in its own place. */
const TOLD = new Set(['finished', 'washout', 'session_not_locked'])

const START: ReadingPlace = { kind: 'start' }

export function useDoors(room: RoomView, seat: string) {
  const client = useQueryClient()
  const [place, setPlace] = useState<ReadingPlace>(START)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<ApiError>()
  const turn = useRef(0)
  const study = room.study.key
  const refresh = () => client.invalidateQueries({ queryKey: roomKey(study) })

  const through = async (act: () => Promise<void>) => {
    setBusy(true)
    setError(undefined)
    try {
      await act()
    } catch (refused) {
      if (!(refused instanceof ApiError)) throw refused
      if (refused.code === 'seat_taken') await seatTaken()
      else {
        setError(TOLD.has(refused.code) ? undefined : refused)
        // Silence leaves everything where it is; a refusal is told where one sees how things stand.
        if (refused.status > 0 && refused.status < 500) {
          setPlace(START)
          void refresh()
        }
      }
    } finally {
      setBusy(false)
    }
  }
  const seatTaken = async () => {
    await refresh()
    const now = client.getQueryData<RoomView>(roomKey(study))
    if (now?.current) setPlace({ kind: 'elsewhere', assignment: now.current })
  }
  const enter = (view: CaseView, how: { corrects?: boolean; tookOver?: boolean } = {}) => {
    turn.current += 1
    const { corrects = false, tookOver = false } = how
    setPlace({ kind: 'case', opened: { room, view, seat, corrects, tookOver }, turn: turn.current })
  }
  const leave = () => {
    setPlace(START)
    setError(undefined)
    void refresh()
  }

  return {
    place,
    busy,
    error,
    leave,
    next: () => void through(async () => enter(await openNext(study, seat))),
    take: (assignment: string) =>
      void through(async () => {
        await takeSeat(study, assignment, seat, true)
        enter(await openNext(study, seat), { tookOver: true })
      }),
    correct: (assignment: string) => void through(async () => enter(await getCase(study, assignment, seat), { corrects: true })),
    pause: () =>
      void through(async () => {
        client.setQueryData(roomKey(study), await pause(study, seat))
        setPlace(START)
      }),
    lockSession: () => void through(async () => void client.setQueryData(roomKey(study), await lockSession(study, room.session.number))),
    /** The next stage, or the feedback, of the case that is open. */
    goOn: (view: CaseView) => setPlace((before) => (before.kind === 'case' ? { ...before, opened: { ...before.opened, view } } : before)),
    locked: (receipt: Submitted) => {
      setPlace((before) => (before.kind === 'case' ? { kind: 'locked', receipt, view: before.opened.view } : START))
      void refresh()
    },
    /** Back to the start page, with the reason. */
    stale: (refused: ApiError) => {
      leave()
      setError(refused)
    },
    elsewhere: (assignment: string) => setPlace({ kind: 'elsewhere', assignment }),
  }
}
