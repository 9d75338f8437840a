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
    try {
      for (let next = this.queue[0]; next !== undefined && !this.ended; next = this.queue[0]) {
        await report(this.study, this.assignment, this.seat, next, leaving)
        this.queue.shift()
      }
    } catch (error) {
      if (isSilence(error)) this.timer = setTimeout(() => void this.drain(), AGAIN_MS)
      // A refused event (the case was locked meanwhile, another tab reads) is of no use later.
      else this.queue.shift()
    } finally {
      this.busy = false
    }
  }
}

function isSilence(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 500)
}
