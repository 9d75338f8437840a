import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'

import { followEvents } from './events'
import { keys } from './query'
import { throttle } from './throttle'

export type Connection = 'connecting' | 'live' | 'lost'

const ConnectionContext = createContext<Connection>('connecting')

/** Whether this page still hears the server. */
export const useConnection = () => useContext(ConnectionContext)

const WORKLIST_EVERY_MS = 700

/** Turns live events into refreshed queries: a study's own at once, worklists and status at most about once a second. */
export function LiveUpdates({ children }: { children: ReactNode }) {
  const client = useQueryClient()
  const [connection, setConnection] = useState<Connection>('connecting')
  useEffect(() => {
    const refresh = throttle(() => {
      void client.invalidateQueries({ queryKey: keys.worklists })
      void client.invalidateQueries({ queryKey: keys.status })
      void client.invalidateQueries({ queryKey: keys.setAside })
    }, WORKLIST_EVERY_MS)
    let opened = false
    const stop = followEvents((event) => {
      if (event.kind === 'lost') return setConnection('lost')
      setConnection('live')
      if (event.kind === 'study') void client.invalidateQueries({ queryKey: keys.study(event.uid) })
      if (event.kind === 'open') {
        if (opened) void client.invalidateQueries({ queryKey: ['study'] })
        opened = true
      }
      refresh.call()
    })
    return () => {
      stop()
      refresh.stop()
    }
  }, [client])
  return <ConnectionContext value={connection}>{children}</ConnectionContext>
}
