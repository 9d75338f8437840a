/**
 * One stage's answers, from the first change to the lock. Each change is kept in the browser at once and sent to the server soon; what
 * cannot be sent is sent when the server answers again; the act that locks is sent until its answer comes, always under one UUID.
 */
import { ApiError, type FieldProblem, UNREACHABLE } from '@/api/client'

import type { Answers } from './answers'
import { correct, saveDraft, type SavedDraft, type Stage, submit, type SubmissionBody, type Submitted } from './api'
import { type Question, sendable } from './form'
import { forget, keep, type Kept, type PendingAct, readKept, type Slot } from './kept'
import { newUuid } from './seat'

export const CORRECTION = '-correction'

export type Standing =
  | 'saved'
  | 'saving'
  /** No answer from the server: kept here. */
  | 'kept'
  | 'signed_out'
  /** Another tab or machine reads this case. */
  | 'elsewhere'
  /** Refused for good. */
  | 'refused'

export interface KeeperView {
  answers: Answers
  standing: Standing
  /** By the server's clock, ISO. */
  savedAt: string | undefined
  /** The act that locks is on its way: nothing may be changed. */
  acting: boolean
  problems: readonly FieldProblem[]
  /** The server asks whether a contradiction is meant. */
  queried: boolean
  refusal: ApiError | undefined
}

export interface Place {
  study: string
  assignment: string
  seat: string
  stage: Stage
  form: readonly Question[]
  forcedPoint: boolean
  /** What the server holds: a draft, or for a correction the answer in force. */
  held: { answers: Answers; revision: number; savedAt?: string | undefined }
  /** A correction of a submitted answer: it has no draft on the server. */
  corrects: boolean
  /** This page took the case over from another tab or machine. */
  tookOver: boolean
}

export interface Told {
  locked: (receipt: Submitted) => void
  /** The case stands otherwise than this page thinks: ask again. */
  stale: (error: ApiError) => void
}

const SOON_MS = 350
const WAITS_MS = [1_000, 2_000, 4_000, 8_000, 15_000]
/** A page that took a case over counts on from far above what the other one may have kept unsent: the newer answers stay. */
export const TAKEN_OVER = 1_000

export class AnswerKeeper {
  private seen: KeeperView
  private revision: number
  private sent: number
  private act: PendingAct | undefined
  private inFlight = false
  private failures = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private readonly listeners = new Set<() => void>()
  private readonly slot: Slot
  private ended = false
  private readonly again = () => this.retryNow()

  private told: Told = { locked: () => undefined, stale: () => undefined }

  constructor(private readonly place: Place) {
    const { study, assignment, stage, held, corrects } = place
    this.slot = { study, assignment, slot: corrects ? stage + CORRECTION : stage }
    const kept = readKept(this.slot)
    const mine = kept && (kept.revision > held.revision || kept.act) ? kept : undefined
    this.revision = (mine?.revision ?? held.revision) + (place.tookOver ? TAKEN_OVER : 0)
    this.sent = mine ? held.revision : this.revision
    this.act = mine?.act
    this.seen = {
      answers: mine?.answers ?? held.answers,
      standing: mine ? 'kept' : 'saved',
      savedAt: held.savedAt,
      acting: this.act !== undefined,
      problems: [],
      queried: false,
      refusal: undefined,
    }
  }

  /** Who hears of the lock, and of a case that stands otherwise. */
  tell(told: Told): void {
    this.told = told
  }

  /** Begins to send what a page before this one left; listens for the connection. */
  start(): void {
    this.ended = false
    window.addEventListener('online', this.again)
    window.addEventListener('focus', this.again)
    this.pump()
  }

  /** Sends what is unsent, though the page goes. */
  end(): void {
    window.removeEventListener('online', this.again)
    window.removeEventListener('focus', this.again)
    this.leave()
    this.ended = true
    clearTimeout(this.timer)
  }

  leave(): void {
    const { study, assignment, corrects } = this.place
    if (this.ended || corrects || this.act || this.sent >= this.revision || this.seen.standing === 'elsewhere') return
    void saveDraft(study, assignment, this.draft(), true).catch(() => undefined)
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  readonly view = (): KeeperView => this.seen

  /** An answer, or several at once. Ignored while the act is on its way. */
  change(changed: Answers): void {
    if (this.act || this.ended) return
    this.revision += 1
    const fixed = Object.keys(changed)
    this.show({
      answers: { ...this.seen.answers, ...changed },
      problems: this.seen.problems.filter(({ field }) => !fixed.includes(field)),
      queried: false,
      standing: this.seen.standing === 'saved' ? 'saving' : this.seen.standing,
    })
    this.keep()
    this.pumpIn(SOON_MS)
  }

  /** The act: lock this stage, or correct its answer for a reason. */
  lock({ confirmed = false, reason }: { confirmed?: boolean; reason?: string } = {}): void {
    if (this.act || this.ended) return
    const { form, forcedPoint } = this.place
    this.act = { submission: newUuid(), answers: sendable(form, this.seen.answers, forcedPoint), confirmed, ...(reason ? { reason } : {}) }
    // Before the first try: a page that dies now sends the same act when it comes back.
    this.keep()
    this.show({ acting: true, problems: [], queried: false })
    this.retryNow()
  }

  dismissQuery(): void {
    this.show({ queried: false })
  }

  // Sending

  private retryNow(): void {
    this.failures = 0
    this.pumpIn(0)
  }

  private pumpIn(wait: number): void {
    clearTimeout(this.timer)
    if (!this.ended) this.timer = setTimeout(() => this.pump(), wait)
  }

  private pump(): void {
    const stopped = this.seen.standing === 'elsewhere' || this.seen.standing === 'refused'
    if (this.inFlight || this.ended || stopped) return
    if (this.act) void this.send(this.sendAct(this.act))
    else if (this.sent < this.revision && !this.place.corrects) void this.send(this.sendDraft(this.draft()))
  }

  private async send(sending: Promise<void>): Promise<void> {
    this.inFlight = true
    try {
      await sending
      this.failures = 0
    } catch (error) {
      this.failed(error)
    } finally {
      this.inFlight = false
    }
    if (this.failures === 0) this.pump()
  }

  private draft() {
    const { seat, stage, form, forcedPoint } = this.place
    return { seat, stage, answers: sendable(form, this.seen.answers, forcedPoint), revision: this.revision }
  }

  private async sendDraft(body: ReturnType<AnswerKeeper['draft']>): Promise<void> {
    const { study, assignment } = this.place
    const saved: SavedDraft = await saveDraft(study, assignment, body)
    this.sent = Math.max(this.sent, body.revision)
    // What came later by the server's count stands there; this page's own word is newer.
    if (saved.revision > body.revision) this.revision = saved.revision + 1
    this.show({ standing: this.sent < this.revision ? 'saving' : 'saved', savedAt: saved.saved_at, refusal: undefined })
  }

  private async sendAct(act: PendingAct): Promise<void> {
    const { study, assignment, seat, stage, corrects } = this.place
    const body: SubmissionBody = { seat, stage, answers: act.answers, submission: act.submission, contradiction_confirmed: act.confirmed }
    const receipt = corrects ? await correct(study, assignment, { ...body, reason: act.reason ?? '' }) : await submit(study, assignment, body)
    forget(this.slot)
    this.act = undefined
    this.sent = this.revision
    this.ended = true
    this.show({ acting: false, standing: 'saved', savedAt: receipt.submitted_at })
    this.told.locked(receipt)
  }

  private failed(error: unknown): void {
    if (!(error instanceof ApiError)) throw error
    const standing = standingAfter(error)
    if (standing === 'kept' || standing === 'signed_out') {
      const wait = WAITS_MS[Math.min(this.failures, WAITS_MS.length - 1)] as number
      this.failures += 1
      this.show({ standing })
      return this.pumpIn(wait)
    }
    this.failures += 1
    this.refused(error, standing)
  }

  /** The server's no: the act was not done, so it is no more; the answers stay. */
  private refused(error: ApiError, standing: Standing): void {
    const wasAct = this.act !== undefined
    this.act = undefined
    this.keep()
    if (error.code === 'contradiction') return this.show({ acting: false, queried: true })
    if (error.code === 'invalid' && wasAct) return this.show({ acting: false, problems: error.problems, refusal: error })
    this.show({ acting: false, standing, refusal: error, problems: error.problems })
    if (STALE.has(error.code)) this.told.stale(error)
  }

  // Keeping

  private keep(): void {
    const kept: Kept = { answers: this.seen.answers, revision: this.revision, ...(this.act ? { act: this.act } : {}) }
    keep(this.slot, kept)
  }

  private show(change: Partial<KeeperView>): void {
    this.seen = { ...this.seen, ...change }
    this.listeners.forEach((listener) => listener())
  }
}

const STALE = new Set(['stage_locked', 'session_locked', 'paused', 'case_withdrawn', 'study_not_open'])

/** Silence and the server's own failures pass; being signed out can be mended; everything else is a word. */
function standingAfter({ status, code }: ApiError): Standing {
  if (code === UNREACHABLE || status >= 500 || status === 429) return 'kept'
  if (status === 401 || code === 'csrf_failed') return 'signed_out'
  return code === 'seat_taken' ? 'elsewhere' : 'refused'
}
