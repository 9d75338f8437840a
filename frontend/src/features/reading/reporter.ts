/** What only the page knows (first picture, away, back, overlays), sent in order; the time is the server's. */
import { ApiError } from '@/api/client'

import { report, type ReadingEvent } from './api'

const AGAIN_MS = 5_000

export class Reporter {
  private readonly queue: ReadingEvent[] = []
  private busy = false
  private ended = false
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly study: string,
    private readonly assignment: string,
    private readonly seat: string,
  ) {}

  start(): void {
    this.ended = false
    void this.drain()
  }

  end(): void {
    this.ended = true
    clearTimeout(this.timer)
  }

  /** `leaving`: the page may go in a moment. */
  tell(event: ReadingEvent, leaving = false): void {
    this.queue.push(event)
    void this.drain(leaving)
  }

  private async drain(leaving = false): Promise<void> {
    if (this.busy || this.ended) return
    this.busy = true
    clearTimeout(this.timer)
    for (let next = this.queue[0]; next !== undefined && !this.ended; next = this.queue[0]) {
      if (!(await this.send(next, leaving))) break
      this.queue.shift()
    }
    this.busy = false
  }

  /** False where nobody answered: it is tried again later. A refused event (the case was locked meanwhile) is of no use then. */
  private async send(event: ReadingEvent, leaving: boolean): Promise<boolean> {
    try {
      await report(this.study, this.assignment, this.seat, event, leaving)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (error.status === 0 || error.status >= 500) {
        this.timer = setTimeout(() => void this.drain(), AGAIN_MS)
        return false
      }
    }
    return true
  }
}
