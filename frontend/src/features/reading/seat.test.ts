import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { Reporter } from './reporter'
import { claimSeat, newUuid } from './seat'
import { FakeServer, refusal } from './server.fixture'

/** The browser's locks as far as a seat needs them: a name is held until its page ends, whoever asks waits or gives up. */
class Locks {
  private readonly held = new Map<string, (() => void)[]>()

  request(name: string, { signal }: { signal: AbortSignal }, act: () => Promise<void>): Promise<void> {
    const waiting = this.held.get(name)
    if (!waiting) {
      this.held.set(name, [])
      return act()
    }
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(new DOMException('', 'AbortError')))
      waiting.push(() => {
        if (!signal.aborted) void act()
      })
    })
  }

  /** The page that holds a name ends. */
  letGo(): void {
    for (const waiting of this.held.values()) waiting.shift()?.()
  }
}

const asLocks = (locks: Locks) => locks as unknown as LockManager

beforeEach(() => {
  sessionStorage.clear()
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('a seat', () => {
  it('is what the server takes for one, and stays through a reload', async () => {
    const seat = await claimSeat(undefined)
    expect(seat).toMatch(/^[A-Za-z0-9_-]{8,64}$/)
    expect(await claimSeat(undefined)).toBe(seat)
  })

  it('is kept by a reloaded tab that waits for the page before it', async () => {
    const locks = new Locks()
    const seat = await claimSeat(asLocks(locks))
    const reloaded = claimSeat(asLocks(locks))
    await vi.advanceTimersByTimeAsync(300)
    locks.letGo()
    expect(await reloaded).toBe(seat)
  })

  it('is another one in a duplicated tab, though the browser copied the name', async () => {
    const locks = new Locks()
    const seat = await claimSeat(asLocks(locks))
    const second = claimSeat(asLocks(locks))
    await vi.advanceTimersByTimeAsync(2_000)
    expect(await second).not.toBe(seat)
    expect(sessionStorage.getItem('darndest-seat')).toBe(await second)
  })
})

it('makes UUIDs of version 4 without a secure context', () => {
  const made = Array.from({ length: 50 }, newUuid)
  for (const one of made) expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(new Set(made).size).toBe(50)
})

describe('events', () => {
  const tell = (reporter: Reporter) => {
    reporter.tell({ stage: 'aided', kind: 'away' })
    reporter.tell({ stage: 'aided', kind: 'back' })
    reporter.tell({ stage: 'aided', kind: 'aid_shown', overlay: 'T1WI' })
  }

  it('arrive in order, and wait while there is no connection', async () => {
    const server = new FakeServer().on(/events/, () => ({}))
    const reporter = new Reporter('study', 'case', 'seat')
    server.network = 'cut'
    tell(reporter)
    await vi.advanceTimersByTimeAsync(4_000)
    server.network = 'up'
    await vi.advanceTimersByTimeAsync(10_000)
    expect(server.requests.map(({ body }) => body['kind'])).toEqual(['away', 'back', 'aid_shown'])
    expect(server.requests[2]?.body).toEqual({ seat: 'seat', stage: 'aided', kind: 'aid_shown', detail: { overlay: 'T1WI' } })
  })

  it('that the server refuses are dropped, and do not hold up the next', async () => {
    let refused = 0
    const server = new FakeServer().on(/events/, ({ body }) => (body['kind'] === 'away' && (refused += 1) ? refusal('stage_locked') : {}))
    const reporter = new Reporter('study', 'case', 'seat')
    tell(reporter)
    await vi.advanceTimersByTimeAsync(30_000)
    expect(server.requests.map(({ body }) => body['kind'])).toEqual(['away', 'back', 'aid_shown'])
    expect(refused).toBe(1)
  })
})
