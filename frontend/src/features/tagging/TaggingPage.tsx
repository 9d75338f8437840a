import { type ReactNode, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'

import { makeImagesReady } from '@/features/blinded-images/ready'
import { Failed } from '@/shared/ui/Failed'
import { Skeleton } from '@/shared/ui/Page'

import { type Room, useCase, useRoom } from './api'
import { CaseTagging } from './CaseTagging'
import { sweep } from './kept'
import { Standing } from './Standing'
import styles from './TaggingPage.module.css'

/** `/tagging/{study}/`: a queue of one. The header stands where there is no case. */
export default function TaggingPage({ header }: { header: ReactNode }) {
  const { study = '' } = useParams()
  const { t } = useTranslation()
  const room = useRoom(study)
  useEffect(() => {
    document.title = `DARNDEST · ${t('tagging.title')}`
  }, [t])
  useEffect(() => void makeImagesReady().catch(() => undefined), [])
  if (room.data) return <Queue key={study} room={room.data} header={header} onLook={() => void room.refetch()} />
  return (
    <div className={styles.page}>
      {header}
      {room.error ? <Failed error={room.error} onRetry={() => void room.refetch()} /> : <Skeleton />}
    </div>
  )
}

type QueueProps = { room: Room; header: ReactNode; onLook: () => void }

function Queue({ room, header, onLook }: QueueProps) {
  const [corrected, setCorrected] = useState<string>()
  const [stored, setStored] = useState<number>()
  useEffect(() => sweep(room), [room])
  const key = corrected ?? room.current
  if (key === null) return <Standing room={room} header={header} stored={stored} onCorrect={setCorrected} onLook={onLook} />
  const onStored = (number: number) => {
    setStored(number)
    setCorrected(undefined)
  }
  const leave = corrected === undefined ? undefined : () => setCorrected(undefined)
  return <OneCase key={key} room={room} caseKey={key} stored={stored} onStored={onStored} onCorrect={setCorrected} onLeave={leave} onLook={onLook} />
}

type CaseProps = {
  room: Room
  caseKey: string
  stored: number | undefined
  onStored: (number: number) => void
  onCorrect: (key: string) => void
  /** Back to the queue, where a tagged case was opened again. */
  onLeave: (() => void) | undefined
  onLook: () => void
}

function OneCase({ caseKey, onLook, ...rest }: CaseProps) {
  const view = useCase(rest.room.study.key, caseKey)
  const again = () => {
    onLook()
    void view.refetch()
  }
  if (view.data) return <CaseTagging key={`${caseKey} ${view.data.mine?.version ?? 0}`} view={view.data} onLook={again} {...rest} />
  return <div className={styles.page}>{view.error ? <Failed error={view.error} onRetry={again} /> : <Skeleton />}</div>
}
