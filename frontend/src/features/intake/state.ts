/** One intake's life in the page: idle → reading the drop → sending → finishing → done, cancelled or failed. */
import type { ApiError } from '@/api/client'
import type { IntakeReport } from '@/api/types'

import { NOTHING } from './report'

export type Phase = 'idle' | 'reading' | 'sending' | 'finishing' | 'done' | 'cancelled' | 'failed'

export type IntakeState = {
  readonly phase: Phase
  readonly files: number
  readonly filesSent: number
  readonly bytes: number
  readonly bytesSent: number
  readonly report: IntakeReport
  readonly error: ApiError | Error | null
}

export const IDLE: IntakeState = {
  phase: 'idle',
  files: 0,
  filesSent: 0,
  bytes: 0,
  bytesSent: 0,
  report: NOTHING,
  error: null,
}

export function isBusy(state: IntakeState): boolean {
  return state.phase === 'reading' || state.phase === 'sending' || state.phase === 'finishing'
}

/** 0–100, by bytes; an intake of empty files counts as sent. */
export function percent(state: IntakeState): number {
  if (state.phase === 'done' || state.phase === 'finishing') return 100
  if (!state.bytes) return 0
  return Math.min(100, Math.floor((100 * state.bytesSent) / state.bytes))
}
