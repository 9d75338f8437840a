import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { Button } from '@/shared/ui/Button'
import { Dialog } from '@/shared/ui/Dialog'
import { Main } from '@/shared/ui/Main'
import { Page } from '@/shared/ui/Page'
import { SyntheticBand } from '@/shared/ui/SyntheticBand'

import type { RoomView } from './api'
import dialogs from './Dialogs.module.css'
import { FOCUSED } from './focused'
import styles from './StartPage.module.css'

type Props = {
  room: RoomView
  /** While a case is being opened. */
  busy: boolean
  problem: string | undefined
  onBegin: () => void
  onCorrect: (assignment: string) => void
  onLockSession: () => void
}

/** Before, between and after cases: what readers are told, how far one is, and the one thing to do next. */
export function StartPage({ room, busy, problem, onBegin, onCorrect, onLockSession }: Props) {
  const { t } = useTranslation()
  const { study, session } = room
  return (
    <Main>
      {study.synthetic && <SyntheticBand />}
      <Page title={study.title} intro={t('reading.start.intro')}>
        <div className={styles.columns} data-testid="reading-start" data-state={room.state}>
          <Told told={room.told} />
          <section className={styles.stand} aria-label={t('reading.start.progress')}>
            {session.of > 1 && <h2>{t('reading.start.session', { number: session.number, of: session.of })}</h2>}
            <Progress {...room.progress} />
            <Standing room={room} busy={busy} onBegin={onBegin} onLockSession={onLockSession} />
            {problem && (
              <p className={styles.problem} role="alert">
                {problem}
              </p>
            )}
            <Later room={room} />
            <Done room={room} onCorrect={onCorrect} />
          </section>
        </div>
      </Page>
    </Main>
  )
}

function Told({ told }: Pick<RoomView, 'told'>) {
  const { t } = useTranslation()
  const parts = (['instructions', 'prevalence', 'clinical_facts'] as const).filter((part) => told[part] !== '')
  return (
    <section className={styles.told} aria-label={t('reading.start.told')}>
      {parts.map((part) => (
        <div key={part}>
          <h2>{t(`reading.start.${part}`)}</h2>
          <p>{told[part]}</p>
        </div>
      ))}
      <h2>{t('reading.start.how')}</h2>
      <ul className={styles.how}>
        {(['keys', 'saved', 'rest', 'alone'] as const).map((word) => (
          <li key={word}>{t(`reading.start.${word}`)}</li>
        ))}
      </ul>
    </section>
  )
}

function Progress({ done, total, practice_done, practice_total }: RoomView['progress']) {
  const { t } = useTranslation()
  return (
    <div>
      <p className={styles.count} data-testid="progress">
        {t('reading.start.done', { done, total })}
      </p>
      <progress className={styles.bar} max={Math.max(total, 1)} value={done} aria-label={t('reading.start.progress')} />
      {practice_total > 0 && <p className={styles.muted}>{t('reading.start.practice', { done: practice_done, total: practice_total })}</p>}
    </div>
  )
}

function Standing({ room, busy, onBegin, onLockSession }: Pick<Props, 'room' | 'busy' | 'onBegin' | 'onLockSession'>) {
  const { t, i18n } = useTranslation()
  const { state, session, progress, current } = room
  if (session.lockable) return <SessionLock onLock={onLockSession} busy={busy} />
  if (state === 'waiting') {
    const opens = session.opens_at && new Date(session.opens_at).toLocaleString(i18n.language, { dateStyle: 'full', timeStyle: 'short' })
    return <p className={styles.state}>{opens ? t('reading.start.waiting', { opens }) : t('reading.start.notOpen')}</p>
  }
  if (state === 'finished') return <p className={styles.state}>{t('reading.start.finished')}</p>
  if (state === 'closed') return <p className={styles.state}>{t('reading.start.closed')}</p>
  const fresh = progress.done + progress.practice_done === 0 && current === null
  return (
    <Button look="primary" className={styles.begin} disabled={busy} autoFocus onClick={onBegin} data-testid="begin">
      {t(fresh ? (progress.practice_total > 0 ? 'reading.start.beginPractice' : 'reading.start.begin') : 'reading.start.continue')}
    </Button>
  )
}

/** The sessions to come, so that readers can plan: each no earlier than its washout after the one before. */
function Later({ room: { session, later } }: Pick<Props, 'room'>) {
  const { t, i18n } = useTranslation()
  if (later.length === 0) return null
  return (
    <div data-testid="later-sessions">
      <h2>{t('reading.start.later')}</h2>
      <ul className={styles.later}>
        {later.map(({ number, washout_days, earliest }) => {
          const day = new Date(earliest).toLocaleDateString(i18n.language, { dateStyle: 'full' })
          return <li key={number}>{t('reading.start.laterSession', { number, day, days: washout_days })}</li>
        })}
      </ul>
      <p className={styles.muted}>{t(session.opens_at ? 'reading.start.laterThen' : session.lockable ? 'reading.start.laterLocked' : 'reading.start.laterToday', { number: session.number })}</p>
    </div>
  )
}

function SessionLock({ onLock, busy }: { onLock: () => void; busy: boolean }) {
  const { t } = useTranslation()
  const [asked, setAsked] = useState(false)
  return (
    <>
      <p className={styles.state}>{t('reading.start.lockable')}</p>
      <Button look="primary" className={styles.begin} disabled={busy} onClick={() => setAsked(true)} data-testid="lock-session">
        {t('reading.start.lockSession')}
      </Button>
      {asked && (
        <Dialog title={t('reading.start.lockSession')} onClose={() => setAsked(false)} testId="confirm-session">
          <p>{t('reading.start.lockMeaning')}</p>
          <div className={dialogs.buttons}>
            <Button {...FOCUSED} onClick={() => setAsked(false)}>
              {t('shared.cancel')}
            </Button>
            <Button
              onClick={() => {
                setAsked(false)
                onLock()
              }}
              data-testid="lock-session-now"
            >
              {t('reading.start.lockNow')}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  )
}

/** What is answered and may still be corrected. */
function Done({ room, onCorrect }: Pick<Props, 'room' | 'onCorrect'>): ReactNode {
  const { t } = useTranslation()
  const open = room.done.filter(({ correctable }) => correctable)
  if (open.length === 0) return null
  return (
    <div>
      <h2>{t('reading.start.correctable')}</h2>
      <ul className={styles.done}>
        {open.map(({ key, position }) => (
          <li key={key}>
            <Button onClick={() => onCorrect(key)} data-testid={`correct-${position}`}>
              {t('reading.start.correct', { position })}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  )
}
