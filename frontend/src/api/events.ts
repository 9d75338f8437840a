/** The server's live events (text/event-stream): one connection a page, reopened by itself, resumed after Last-Event-ID. */

export type LiveEvent = { kind: 'study'; uid: string } | { kind: 'status' } | { kind: 'open' } | { kind: 'lost' }

const REOPEN_AFTER_MS = 4_000

/** Follow the events until the returned function is called. "open" also means: what happened meanwhile is unknown, look again. */
export function followEvents(tell: (event: LiveEvent) => void, path = '/api/events/'): () => void {
  let source: EventSource | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  const open = () => {
    source = new EventSource(path)
    source.addEventListener('open', () => tell({ kind: 'open' }))
    source.addEventListener('study', (event) => {
      const { uid } = JSON.parse((event as MessageEvent<string>).data) as { uid: string }
      tell({ kind: 'study', uid })
    })
    source.addEventListener('status', () => tell({ kind: 'status' }))
    source.addEventListener('error', () => {
      tell({ kind: 'lost' })
      // A dropped connection is reopened by the browser; a refused one (the server restarting) stays closed.
      if (source?.readyState !== EventSource.CLOSED) return
      clearTimeout(timer)
      timer = setTimeout(open, REOPEN_AFTER_MS)
    })
  }

  open()
  return () => {
    clearTimeout(timer)
    source?.close()
  }
}
