/** Sends a collection of files as one intake and tells how it goes; knows neither React nor the page. */
import { ApiError } from '@/api/client'
import type { IntakeReport } from '@/api/types'

import { type IncomingFile, intoBatches, totalBytes } from './batches'
import { add, NOTHING } from './report'
import { IDLE, type IntakeState } from './state'
import { finishIntake, openIntake, sendBatch } from './transport'

type Tell = (state: IntakeState) => void

export async function runIntake(files: readonly IncomingFile[], tell: Tell, signal: AbortSignal): Promise<void> {
  let state: IntakeState = { ...IDLE, phase: 'sending', files: files.length, bytes: totalBytes(files) }
  const update = (change: Partial<IntakeState>) => tell((state = { ...state, ...change }))
  update({})
  let id: string | null = null
  try {
    id = (await openIntake()).id
    for (const batch of intoBatches(files)) {
      signal.throwIfAborted()
      const before = state.bytesSent
      const size = totalBytes(batch)
      // The form's own text counts in what was sent; never show more than the files.
      const report = await sendBatch(id, batch, (sent) => update({ bytesSent: before + Math.min(sent, size) }), signal)
      update({ bytesSent: before + size, filesSent: state.filesSent + batch.length, report: add(state.report, report) })
    }
    update({ phase: 'finishing' })
    update({ phase: 'done', report: await finishIntake(id) })
  } catch (error) {
    const cancelled = error instanceof DOMException && error.name === 'AbortError'
    if (!cancelled && !(error instanceof Error)) throw error
    // What arrived before counts: the intake is closed, so that triage looks at the studies it has.
    const report = id === null ? NOTHING : ((await closed(id)) ?? state.report)
    update({ phase: cancelled ? 'cancelled' : 'failed', report, error: cancelled ? null : (error as Error) })
  }
}

async function closed(id: string): Promise<IntakeReport | null> {
  try {
    return await finishIntake(id)
  } catch (error) {
    if (error instanceof ApiError) return null
    throw error
  }
}
