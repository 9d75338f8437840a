/** Answers that this browser kept of cases which are no longer open: an act that was begun is finished, what is locked is thrown away. */
import { ApiError } from '@/api/client'

import { correct, type RoomView, type Stage, submit } from './api'
import { CORRECTION } from './keeper'
import { allKept, forget, type PendingAct, readKept, type Slot } from './kept'

/**
 * Sends the acts that a page before this one began and nobody answered; returns how many the server had a word for. What belongs to the
 * open case is its own page's business, and what this reader does not own (another person at this browser) stays.
 */
export async function settleLeftovers(room: Pick<RoomView, 'study' | 'current' | 'done'>, seat: string): Promise<number> {
  let settled = 0
  for (const slot of allKept(room.study.key)) {
    const act = readKept(slot)?.act
    if (slot.assignment === room.current) continue
    if (act && !(await settle(slot, act, seat))) continue
    if (act) settled += 1
    if (act || room.done.some(({ key }) => key === slot.assignment)) forget(slot)
  }
  return settled
}

/** True once the server gave its word, whichever. */
async function settle({ study, assignment, slot }: Slot, act: PendingAct, seat: string): Promise<boolean> {
  const stage = slot.replace(CORRECTION, '') as Stage
  const body = { seat, stage, answers: act.answers, submission: act.submission, contradiction_confirmed: act.confirmed }
  try {
    if (slot.endsWith(CORRECTION)) await correct(study, assignment, { ...body, reason: act.reason ?? '' })
    else await submit(study, assignment, body)
    return true
  } catch (error) {
    // Silence, nobody signed in, or somebody else: it is tried again with the next opening of the page.
    return error instanceof ApiError && [400, 409].includes(error.status)
  }
}
