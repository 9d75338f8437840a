import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useEffect, useEffectEvent, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'

import { makeImagesReady } from '@/features/blinded-images/ready'
import { Failed } from '@/shared/ui/Failed'
import { Skeleton } from '@/shared/ui/Page'
import { useRefusal } from '@/shared/useRefusal'

import { roomKey, type RoomView, useRoom } from './api'
import { CaseLocked } from './CaseLocked'
import { CaseRoom } from './CaseRoom'
import { settleLeftovers } from './leftovers'
import styles from './ReadingPage.module.css'
import { SeatNotice } from './SeatNotice'
import { StartPage } from './StartPage'
import { useDoors } from './useDoors'
import { useSeat } from './useReading'

/** `/reading/{study}/`. The header stands over the start page alone: while a case is read there are images and form, nothing else. */
export default function ReadingPage({ header }: { header: ReactNode }) {
  const { study = '' } = useParams()
  const { t } = useTranslation()
  const room = useRoom(study)
  const seat = useSeat()
  useEffect(() => {
    document.title = `DARNDEST · ${t('reading.title')}`
  }, [t])
  useEffect(() => void makeImagesReady().catch(() => undefined), [])
  if (room.data && seat !== undefined) return <Room key={study} room={room.data} seat={seat} header={header} />
  return (
    <div className={styles.page}>
      {header}
      {room.error ? <Failed error={room.error} onRetry={() => void room.refetch()} /> : <Skeleton />}
    </div>
  )
}

type RoomProps = { room: RoomView; seat: string; header: ReactNode }

function Room({ room, seat, header }: RoomProps) {
  const doors = useDoors(room, seat)
  const refusal = useRefusal('reading')
  const { place, error } = doors
  useReturn(room, seat, doors.next)
  const problem = error && refusal(error)
  if (place.kind === 'case') {
    const { opened, turn } = place
    return (
      <CaseRoom
        key={`${opened.view.key}-${turn}`}
        opened={opened}
        problem={problem}
        onView={doors.goOn}
        onLocked={(receipt) => (opened.corrects ? doors.leave() : doors.locked(receipt))}
        onPause={opened.corrects ? doors.leave : doors.pause}
        onNext={doors.next}
        onElsewhere={() => doors.elsewhere(opened.view.key)}
        onStale={doors.stale}
      />
    )
  }
  if (place.kind === 'locked') return <CaseLocked receipt={place.receipt} view={place.view} final={room.lock === 'reading'} onNext={doors.next} onPause={doors.leave} problem={problem} />
  return (
    <div className={styles.page}>
      {header}
      {place.kind === 'elsewhere' ? (
        <SeatNotice onTake={() => doors.take(place.assignment)} onLeave={doors.leave} problem={problem} />
      ) : (
        <StartPage room={room} busy={doors.busy} problem={problem} onBegin={doors.next} onCorrect={doors.correct} onLockSession={doors.lockSession} />
      )}
    </div>
  )
}

/** A reload in the middle of a case opens it again; an act that a page before this one began is finished first. */
function useReturn(room: RoomView, seat: string, next: () => void): void {
  const client = useQueryClient()
  const open = useEffectEvent(async () => {
    if (await settleLeftovers(room, seat)) await client.invalidateQueries({ queryKey: roomKey(room.study.key) })
    if (room.state === 'ready' && room.current !== null) next()
  })
  const begun = useRef(false)
  useEffect(() => {
    if (begun.current) return
    begun.current = true
    void open()
  }, [])
}
