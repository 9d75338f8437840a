/** The console's event stream: the table at once and at every change, and a beat. What is not heard for a moment is void. */
import type { Table } from '@/api/types'

export type ConsoleNews = { kind: 'table'; table: Table } | { kind: 'beat' } | { kind: 'trouble' } | { kind: 'lost' } | { kind: 'closed' }

/** The server beats every second; silence this long means that nothing on the screen is known to hold. */
export const SILENT_MS = 3_500
const LOOK_MS = 250
const REOPEN_MS = 2_000

/** Follow the stream until the returned function is called. "lost" comes at once with an error and after SILENT_MS of silence. */
export function followTable(tell: (news: ConsoleNews) => void, path = '/console/events/'): () => void {
  let source: EventSource | null = null
  let reopen: ReturnType<typeof setTimeout> | undefined
  let heard = performance.now()
  let lost = false

  const hear = (news: ConsoleNews) => {
    heard = performance.now()
    lost = false
    tell(news)
  }
  const lose = () => {
    if (!lost) tell({ kind: 'lost' })
    lost = true
  }
  const open = () => {
    source = new EventSource(path)
    source.addEventListener('table', (event) => hear({ kind: 'table', table: JSON.parse((event as MessageEvent<string>).data) as Table }))
    source.addEventListener('beat', () => hear({ kind: 'beat' }))
    source.addEventListener('trouble', () => hear({ kind: 'trouble' }))
    source.addEventListener('error', () => {
      lose()
      // A dropped connection is reopened by the browser; a refused one (a revoked token, the server restarting) stays closed.
      if (source?.readyState !== EventSource.CLOSED) return
      tell({ kind: 'closed' })
      clearTimeout(reopen)
      reopen = setTimeout(open, REOPEN_MS)
    })
  }

  const watchdog = setInterval(() => {
    if (performance.now() - heard > SILENT_MS) lose()
  }, LOOK_MS)
  open()
  return () => {
    clearInterval(watchdog)
    clearTimeout(reopen)
    source?.close()
  }
}
