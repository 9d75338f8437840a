/** The protocol being drafted, kept here and saved to the server after each pause: one request at a time, none lost. */
import { ApiError, type FieldProblem, UNREACHABLE } from '@/api/client'

import { put, same, type Path } from '../protocol/patch'
import type { Protocol } from '../protocol/types'

export type Saved = { revision: number; protocol: Protocol }
export type Send = (revision: number, protocol: Protocol) => Promise<Saved>

/** `refused`: the server found something wrong with a field, and kept what it had. `conflict`: somebody else saved meanwhile. */
export type Standing = 'saved' | 'unsaved' | 'saving' | 'unreachable' | 'refused' | 'conflict'
export type Snapshot = { protocol: Protocol; revision: number; standing: Standing; savedAt: Date | null; problems: readonly FieldProblem[]; failure: string }

export const PAUSE_MS = 600
export const RETRY_MS = 4_000

export class Draft {
  private snapshot: Snapshot
  private stored: Protocol
  private readonly listeners = new Set<() => void>()
  private timer: ReturnType<typeof setTimeout> | undefined
  private flight: Promise<void> | null = null

  constructor(start: Saved, private readonly send: Send) {
    this.stored = start.protocol
    this.snapshot = { ...start, standing: 'saved', savedAt: null, problems: [], failure: '' }
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  readonly get = (): Snapshot => this.snapshot

  /** Change one value; it is saved after a pause. */
  readonly change = (path: Path, value: unknown): void => {
    const protocol = put(this.snapshot.protocol, path, value)
    if (protocol === this.snapshot.protocol) return
    this.tell({ protocol, standing: this.snapshot.standing === 'conflict' ? 'conflict' : 'unsaved' })
    if (this.snapshot.standing !== 'conflict') this.later(PAUSE_MS)
  }

  /** Save now what is unsaved; resolves when nothing is on its way any more. */
  readonly flush = async (): Promise<void> => {
    clearTimeout(this.timer)
    if (this.flight) await this.flight
    if (this.snapshot.standing === 'conflict') return
    if (this.isUnsaved) await this.save()
    // Changed, and changed back: what is here is what is stored.
    else if (this.snapshot.standing !== 'saved') this.tell({ standing: 'saved', problems: [], failure: '' })
  }

  /** After a conflict: go on from what is stored, or put ours over it. */
  readonly settle = async (theirs: Saved, keep: 'ours' | 'theirs'): Promise<void> => {
    this.stored = theirs.protocol
    const protocol = keep === 'ours' ? this.snapshot.protocol : theirs.protocol
    this.tell({ protocol, revision: theirs.revision, standing: same(protocol, theirs.protocol) ? 'saved' : 'unsaved', problems: [], failure: '' })
    await this.flush()
  }

  /** What the server says stands now (a check, an import): taken over where nothing of ours is unsaved. */
  readonly adopt = (theirs: Saved): void => {
    if (this.isUnsaved || this.flight || theirs.revision <= this.snapshot.revision) return
    this.stored = theirs.protocol
    this.tell({ ...theirs, standing: 'saved' })
  }

  readonly stop = (): void => clearTimeout(this.timer)

  get isUnsaved(): boolean {
    return !same(this.stored, this.snapshot.protocol)
  }

  private later(milliseconds: number) {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.flush(), milliseconds)
  }

  private async save(): Promise<void> {
    const { revision, protocol } = this.snapshot
    this.tell({ standing: 'saving' })
    this.flight = this.send(revision, protocol).then(
      (saved) => this.kept(saved, protocol),
      (error: unknown) => this.failed(error),
    )
    await this.flight
    this.flight = null
    // What was changed while the request was on its way.
    if (this.snapshot.standing === 'unsaved') this.later(PAUSE_MS)
  }

  private kept(saved: Saved, sent: Protocol) {
    this.stored = sent
    const standing = this.isUnsaved ? 'unsaved' : 'saved'
    this.tell({ revision: saved.revision, standing, savedAt: new Date(), problems: [], failure: '' })
  }

  private failed(error: unknown) {
    if (!(error instanceof ApiError)) throw error
    if (error.status === 409) return this.tell({ standing: 'conflict', failure: error.message })
    if (error.status === 400) return this.tell({ standing: 'refused', problems: error.problems, failure: error.message })
    this.tell({ standing: 'unreachable', failure: error.code === UNREACHABLE ? '' : error.message })
    if (error.code === UNREACHABLE || error.status >= 500) this.later(RETRY_MS)
  }

  private tell(change: Partial<Snapshot>) {
    this.snapshot = { ...this.snapshot, ...change }
    this.listeners.forEach((listener) => listener())
  }
}
