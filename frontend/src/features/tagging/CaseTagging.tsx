import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import { ApiError } from '@/api/client'
import { Button } from '@/shared/ui/Button'
import { useRefusal } from '@/shared/useRefusal'
import { useSaid } from '@/shared/useSaid'

import type { CaseView, Room } from './api'
import styles from './CaseTagging.module.css'
import { Chain } from './Chain'
import { ChoiceList } from './ChoiceList'
import { choiceOf } from './choices'
import { DoneMenu } from './DoneMenu'
import { hasLesion, type Missing, missing } from './draft'
import { KeysDialog } from './KeysDialog'
import { LesionFields } from './LesionFields'
import { LookTabs, useLook } from './LookTabs'
import { TaggingImages } from './TaggingImages'
import { useConclusion } from './useConclusion'
import { useTaggingKeys } from './useTaggingKeys'
import { WhenField } from './WhenField'

type Props = {
  room: Room
  view: CaseView
  stored: number | undefined
  onStored: (number: number) => void
  onCorrect: (key: string) => void
  onLeave: (() => void) | undefined
  onLook: () => void
}

/** One case: images left; right what was said before, and the criteria as the choices. */
export function CaseTagging(props: Props) {
  const { room, view, onStored } = props
  const { t } = useTranslation()
  const corrects = view.mine !== null
  const { draft, dispatch, tag, store: send, giveUp } = useConclusion(room, view, onStored)
  const [help, setHelp] = useState(false)
  const [asked, setAsked] = useState(false)
  const look = useLook(view)
  const before = view.previous.at(-1)
  const lacking = missing(draft, corrects)
  const store = () => {
    setAsked(true)
    send()
  }
  useTaggingKeys({ dispatch, draft, before, enabled: !help && view.open, store, help: () => setHelp(true), look: look.next })
  const { onLeave } = props
  const leave = onLeave && (() => {
    giveUp()
    onLeave()
  })
  const choice = choiceOf(draft.choice)
  return (
    <div className={styles.room} data-testid="tagging-case" data-case={view.number}>
      <main className={styles.images}>
        <LookTabs look={look} />
        <TaggingImages
          key={look.shown.study_uid}
          shown={look.shown}
          draft={draft}
          previous={before?.marks ?? []}
          onMark={view.open && hasLesion(draft) ? (point) => dispatch({ type: 'mark', point }) : undefined}
          keys={!help}
        />
      </main>
      <aside className={styles.side} aria-label={room.study.title}>
        <CaseHeader {...props} onLeave={leave} corrects={corrects} onHelp={() => setHelp(true)} />
        <div className={styles.questions} data-own-keys>
          <Chain view={view} room={room} />
          <fieldset className={styles.form} disabled={!view.open}>
            <ChoiceList chosen={draft.choice} before={before} dispatch={dispatch} />
            {choice && choice.day !== 'none' && <WhenField choice={choice} draft={draft} view={view} criteria={room.criteria} dispatch={dispatch} />}
            {hasLesion(draft) && <LesionFields draft={draft} room={room} view={view} dispatch={dispatch} staged={choice?.recurrence === true} />}
            <label className={styles.check}>
              <input type="checkbox" checked={draft.debatable} onChange={(event) => dispatch({ type: 'set', values: { debatable: event.target.checked } })} />
              {t('tagging.debatable')} <kbd className={styles.kbd}>d</kbd>
            </label>
            <TextField words={t('tagging.remark')} value={draft.remark} testId="remark" onChange={(remark) => dispatch({ type: 'set', values: { remark } })} />
            {corrects && <TextField words={`${t('tagging.reason')} *`} value={draft.reason} testId="reason" onChange={(reason) => dispatch({ type: 'set', values: { reason } })} />}
          </fieldset>
        </div>
        <StoreBar corrects={corrects} storing={tag.isPending} lacking={asked ? lacking : []} error={tag.error} open={view.open} onStore={store} />
      </aside>
      {help && <KeysDialog onClose={() => setHelp(false)} />}
    </div>
  )
}

type HeaderProps = Pick<Props, 'room' | 'view' | 'stored' | 'onCorrect' | 'onLeave'> & { corrects: boolean; onHelp: () => void }

function CaseHeader({ room, view, stored, corrects, onCorrect, onLeave, onHelp }: HeaderProps) {
  const { t } = useTranslation()
  const counts = useMemo(() => ({ done: room.done.length, waiting: room.waiting.length, later: room.later }), [room])
  return (
    <header className={styles.header}>
      <div className={styles.line}>
        <h1 className={styles.title}>{t(corrects ? 'tagging.correcting' : 'tagging.case', { number: view.number })}</h1>
        <DoneMenu room={room} onCorrect={onCorrect} />
        <Button look="quiet" onClick={onHelp} aria-label={t('tagging.keys.title')} title={`${t('tagging.keys.title')} (?)`}>
          ?
        </Button>
      </div>
      <p className={styles.muted}>
        <Link to="/">{t('tagging.start')}</Link> · {room.study.title} · {t(`tagging.chair.${room.chair}`)}
      </p>
      <p className={styles.muted} data-testid="counts">
        {t('tagging.counts', counts)}
      </p>
      <p className={styles.muted} role="status">
        {stored !== undefined && t('tagging.stored', { number: stored })}
      </p>
      {onLeave && <Button onClick={onLeave}>{t('tagging.stopCorrecting')}</Button>}
      {room.study.synthetic && (
        <p className={styles.synthetic} role="note" data-testid="synthetic-band">
          {t('shared.synthetic')}
        </p>
      )}
    </header>
  )
}

function TextField({ words, value, testId, onChange }: { words: string; value: string; testId: string; onChange: (text: string) => void }) {
  return (
    <label className={styles.text}>
      {words}
      <textarea
        rows={2}
        maxLength={5000}
        value={value}
        data-testid={testId}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
      />
    </label>
  )
}

type StoreProps = { corrects: boolean; storing: boolean; lacking: Missing[]; error: Error | null; open: boolean; onStore: () => void }

function StoreBar({ corrects, storing, lacking, error, open, onStore }: StoreProps) {
  const { t } = useTranslation()
  const refusal = useRefusal('tagging')
  const said = useSaid()
  const problems = error instanceof ApiError ? error.problems.map(({ detail }) => said(detail)).join(' ') : ''
  const problem = lacking.length > 0 ? lacking.map((one) => t(`tagging.missing.${one}`)).join(' ') : error && (problems || refusal(error))
  return (
    <div className={styles.bar}>
      <p className={styles.problem} role="alert">
        {open ? problem : t('tagging.empty.lockedText')}
      </p>
      <Button look="primary" className={styles.store} disabled={storing || !open} onClick={onStore} data-testid="store">
        {t(storing ? 'tagging.storing' : corrects ? 'tagging.correct' : 'tagging.store')} <kbd className={styles.kbd}>Ctrl+Enter</kbd>
      </Button>
    </div>
  )
}
