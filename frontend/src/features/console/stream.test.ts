import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { type ConsoleNews, followTable, SILENT_MS } from './stream'

class Source extends EventTarget {
  static readonly CLOSED = 2
  static opened: Source[] = []
  readyState = 1
  constructor(readonly url: string) {
    super()
    Source.opened.push(this)
  }
  close() {
    this.readyState = Source.CLOSED
  }
  say(kind: string, data = '{}') {
    this.dispatchEvent(new MessageEvent(kind, { data }))
  }
  fail(closed: boolean) {
    this.readyState = closed ? Source.CLOSED : 0
    this.dispatchEvent(new Event('error'))
  }
}

const TABLE = '{"shown":true,"examinations":[],"more":0}'
let heard: ConsoleNews['kind'][]
let stop: () => void

const source = () => Source.opened.at(-1) as Source

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('EventSource', Source)
  Source.opened = []
  heard = []
  stop = followTable(({ kind }) => heard.push(kind))
})

afterEach(() => {
  stop()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('followTable', () => {
  it('tells the table and beats', () => {
    source().say('table', TABLE)
    source().say('beat')
    expect(heard).toEqual(['table', 'beat'])
    expect(source().url).toBe('/console/events/')
  })

  it('is lost at once when the connection breaks, and said once', () => {
    source().say('table', TABLE)
    source().fail(false)
    source().fail(false)
    expect(heard).toEqual(['table', 'lost'])
  })

  it('is lost when nothing is heard for a moment: a pulled cable tells no error', () => {
    source().say('table', TABLE)
    for (let second = 0; second < 5; second++) {
      vi.advanceTimersByTime(1_000)
      source().say('beat')
    }
    expect(heard).not.toContain('lost')
    vi.advanceTimersByTime(SILENT_MS + 500)
    expect(heard.at(-1)).toBe('lost')
    source().say('beat')
    expect(heard.at(-1)).toBe('beat')
    vi.advanceTimersByTime(SILENT_MS + 500)
    expect(heard.at(-1)).toBe('lost')
  })

  it('opens a refused stream again, and says that it was refused', () => {
    source().fail(true)
    expect(heard).toEqual(['lost', 'closed'])
    vi.advanceTimersByTime(2_000)
    expect(Source.opened).toHaveLength(2)
  })

  it('ends when it is told to', () => {
    stop()
    vi.advanceTimersByTime(60_000)
    expect(heard).toEqual([])
    expect(source().readyState).toBe(Source.CLOSED)
  })
})
