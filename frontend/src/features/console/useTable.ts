import { useEffect, useState } from 'react'

import type { Table } from '@/api/types'

import { followTable } from './stream'

export type TableState = {
  /** What the server said last; null before it said anything. Void unless `connection` is live. */
  table: Table | null
  connection: 'connecting' | 'live' | 'lost'
  /** By this page's own clock, which nobody sets back. */
  heardAt: number
}

/** The table, live. `onClosed`: the server refuses the stream, so it is worth asking who this screen is. */
export function useTable(onClosed: () => void): TableState {
  const [state, setState] = useState<TableState>({ table: null, connection: 'connecting', heardAt: 0 })
  useEffect(() => {
    return followTable((news) => {
      if (news.kind === 'closed') onClosed()
      else if (news.kind === 'table') setState({ table: news.table, connection: 'live', heardAt: performance.now() })
      else if (news.kind === 'beat') setState((before) => (before.connection === 'live' || !before.table ? before : { ...before, connection: 'live' }))
      else setState((before) => (before.connection === 'lost' ? before : { ...before, connection: 'lost' }))
    })
  }, [onClosed])
  return state
}

/** Seconds that have passed since a moment of `performance.now()`, renewed every second. */
export function useSecondsSince(moment: number): number {
  const [now, setNow] = useState(moment)
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 1_000)
    return () => clearInterval(timer)
  }, [])
  return Math.max(0, (now - moment) / 1000)
}
