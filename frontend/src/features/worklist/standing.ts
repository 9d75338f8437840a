/** What the state cell says of a row: the state's word, how far a run has come, and the sentence behind it. */
import type { Row } from '@/api/types'

export type Standing = {
  /** i18next key of the state's word. */
  readonly word: string
  readonly percent: number | null
  /** The server's sentence: why it waits, failed, cannot be assessed, or why advice is withheld. */
  readonly detail: string
  readonly waitsForT1C: boolean
  readonly tone: 'plain' | 'muted' | 'error'
}

export function standing(row: Row): Standing {
  const running = row.state === 'running'
  return {
    word: `shared.state.${row.state}`,
    percent: running ? row.percent : null,
    detail: running ? row.stage : row.reason || (row.state === 'done' && !row.advice.given ? row.advice.reason : ''),
    waitsForT1C: row.state === 'done' && row.final === 'pending',
    tone: row.state === 'failed' ? 'error' : row.state === 'queued' || row.state === 'waiting' ? 'muted' : 'plain',
  }
}

/** A tier stands, but nothing may be advised on it (scope open, guarded, stale): shown by stripes beside its mark. */
export function isWithheld(row: Row): boolean {
  return row.tier !== null && !row.advice.given
}
