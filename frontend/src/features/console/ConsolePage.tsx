import { type FormEvent, useCallback, useEffect, useRef, useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { keys } from '@/api/query'
import type { Table } from '@/api/types'
import { setLanguage } from '@/i18n'

import { useKiosk, useOpenConsole } from './api'
import { DecideDialog } from './DecideDialog'
import { ExaminationRow, type Wanted } from './ExaminationRow'
import { Problem } from './Problem'
import { ScopeDialog } from './ScopeDialog'
import { readySound, sound, soundWanted, wantSound } from './sound'
import { useTable } from './useTable'
import styles from './ConsolePage.module.css'

const TOKEN = /^#(darndest_kiosk_[\w-]+)$/

/** The screen at the scanner: the examinations on the table, readable from three metres, void as soon as the server is not heard. */
export function ConsolePage() {
  const [fromAddress, setFromAddress] = useState(() => TOKEN.exec(window.location.hash)?.[1] ?? null)
  const open = useOpenConsole()
  const { mutate } = open
  useEffect(() => {
    if (!fromAddress) return
    // The token must not stay where the next person could copy it from.
    window.history.replaceState(null, '', window.location.pathname)
    mutate(fromAddress, { onSettled: () => setFromAddress(null) })
  }, [fromAddress, mutate])
  const kiosk = useKiosk(!fromAddress)
  if (fromAddress) return <Void words="console.connecting" />
  if (kiosk.data) return <Screen name={kiosk.data.kiosk} />
  if (kiosk.data === null) return <TokenForm error={open.error} onToken={mutate} />
  return <Void words={kiosk.failureCount > 0 ? 'console.lost' : 'console.connecting'} />
}

/** Stripes, and the one sentence that holds when nothing is known. */
function Void({ words }: { words: string }) {
  const { t } = useTranslation()
  return (
    <main className={styles.void} data-testid="console-void">
      <div className={styles.plate} role="alert">
        <h1 className={styles.sentence}>{t('shared.tierMeaning.none')}</h1>
        <p>{t(words)}</p>
      </div>
    </main>
  )
}

function TokenForm({ error, onToken }: { error: Error | null; onToken: (token: string) => void }) {
  const { t } = useTranslation()
  const [token, setToken] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (token.trim()) onToken(token.trim().replace(/^.*#/, ''))
  }
  return (
    <main className={styles.page}>
      <form className={styles.token} onSubmit={submit}>
        <h1>{t('console.title')}</h1>
        <label>
          {t('console.token')}
          <input value={token} autoComplete="off" spellCheck={false} onChange={(event) => setToken(event.target.value)} data-testid="kiosk-token" />
        </label>
        <p className={styles.muted}>{t('console.tokenHow')}</p>
        <Problem error={error} />
        <button type="submit" className={styles.button}>
          {t('console.open')}
        </button>
      </form>
    </main>
  )
}

function Screen({ name }: { name: string }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [wanted, setWanted] = useState<Wanted | null>(null)
  const ask = useCallback(() => void client.invalidateQueries({ queryKey: keys.console, exact: true }), [client])
  const { table, connection, heardAt } = useTable(ask)
  useAdviceSound(connection === 'live' ? table : null)
  // A dialog would come back without what was typed into it.
  if (connection !== 'live' && wanted) setWanted(null)
  if (connection !== 'live' || !table) return <Void words={connection === 'lost' ? 'console.lost' : 'console.connecting'} />
  const examination = table.examinations.find(({ id }) => id === wanted?.id)
  const mixed = table.examinations.some(({ synthetic }) => !synthetic)
  return (
    <main className={styles.page} data-testid="console">
      <Bar name={name} table={table} />
      {!table.shown && (
        <p className={styles.shadow} data-testid="console-shadow">
          {t('console.shadow')}
        </p>
      )}
      {table.examinations.length === 0 && (
        <div className={styles.empty}>
          <p>{t('console.empty')}</p>
          <p className={styles.how}>{t('console.emptyHow')}</p>
        </div>
      )}
      {table.examinations.map((one) => (
        <ExaminationRow key={one.id} examination={one} shown={table.shown} mixed={mixed} heardAt={heardAt} onWant={setWanted} />
      ))}
      {table.more > 0 && <p className={styles.muted}>{t('console.more', { count: table.more })}</p>}
      {examination && wanted?.what === 'scope' && <ScopeDialog examination={examination} onClose={() => setWanted(null)} />}
      {examination && wanted && wanted.what !== 'scope' && (
        <DecideDialog key={examination.run_id} examination={examination} override={wanted.what === 'override'} onClose={() => setWanted(null)} />
      )}
    </main>
  )
}

function Bar({ name, table }: { name: string; table: Table }) {
  const { t, i18n } = useTranslation()
  const [audible, setAudible] = useState(soundWanted)
  const toggle = () => {
    readySound()
    wantSound(!audible)
    setAudible(!audible)
  }
  return (
    <header className={styles.bar}>
      <h1>{name ? t('console.titleAt', { name }) : t('console.title')}</h1>
      {table.examinations.some(({ synthetic }) => synthetic) && <span className={styles.synthetic}>{t('shared.synthetic')}</span>}
      <span className={styles.tools}>
        <button type="button" className={styles.button} aria-pressed={audible} onClick={toggle} data-testid="sound">
          {t(audible ? 'console.soundOn' : 'console.soundOff')}
        </button>
        <button type="button" className={styles.button} onClick={() => setLanguage(i18n.language === 'zh' ? 'en' : 'zh')}>
          {i18n.language === 'zh' ? 'EN' : '中'}
        </button>
      </span>
    </header>
  )
}

/** Sounds when the advice of an examination changes, where that is wanted; not when the page opens. */
function useAdviceSound(table: Table | null) {
  const known = useRef<Map<number, string> | null>(null)
  useEffect(() => {
    const touched = () => soundWanted() && readySound()
    window.addEventListener('pointerdown', touched)
    return () => window.removeEventListener('pointerdown', touched)
  }, [])
  useEffect(() => {
    if (!table) return
    const now = new Map(table.examinations.map(({ id, advice, tier, final }) => [id, advice.given ? `${tier} ${final}` : '']))
    const before = known.current
    known.current = now
    if (before && soundWanted() && [...now].some(([id, said]) => said !== (before.get(id) ?? ''))) sound()
  }, [table])
}
