import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { Button } from '@/shared/ui/Button'
import notice from '@/shared/ui/Notice.module.css'
import { SyntheticBand } from '@/shared/ui/SyntheticBand'

import type { Room } from './api'
import { DoneMenu } from './DoneMenu'
import styles from './TaggingPage.module.css'

type Props = { room: Room; header: ReactNode; stored: number | undefined; onCorrect: (key: string) => void; onLook: () => void }

/** Where nothing waits: still with others, finished, never begun, or locked. */
export function Standing({ room, header, stored, onCorrect, onLook }: Props) {
  const { t } = useTranslation()
  const { title, text } = wordsOf(room)
  return (
    <div className={styles.page} data-testid="tagging-standing">
      {header}
      {room.study.synthetic && <SyntheticBand />}
      <main className={notice.notice}>
        <h1>{t(`tagging.empty.${title}`)}</h1>
        {stored !== undefined && <p role="status">{t('tagging.stored', { number: stored })}</p>}
        <p>{t(`tagging.empty.${text}`, { later: room.later })}</p>
        <p>
          {room.study.title} · {t(`tagging.chair.${room.chair}`)}
        </p>
        <DoneMenu room={room} onCorrect={onCorrect} />
        {room.open && <Button onClick={onLook}>{t('tagging.empty.again')}</Button>}
      </main>
    </div>
  )
}

function wordsOf({ open, done, later }: Room): { title: string; text: string } {
  if (!open) return { title: 'locked', text: 'lockedText' }
  if (later > 0) return { title: 'nothing', text: 'later' }
  return done.length > 0 ? { title: 'finished', text: 'finishedText' } : { title: 'nothing', text: 'none' }
}
