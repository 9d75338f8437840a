/** The conclusion of one case while it is made, kept over a reload until it is stored. */
import { type Dispatch, useEffect, useReducer, useRef, useState } from 'react'

import { type CaseView, type Room, useTag } from './api'
import { bodyOf, change, type Change, type Draft, fromMine } from './draft'
import { forget, keep, readKept } from './kept'

type Conclusion = { draft: Draft; dispatch: Dispatch<Change>; tag: ReturnType<typeof useTag>; store: () => void; giveUp: () => void }

export function useConclusion(room: Room, view: CaseView, onStored: (number: number) => void): Conclusion {
  const [kept] = useState(() => readKept(room, view))
  const [draft, dispatch] = useReducer(change, kept?.draft ?? fromMine(view))
  // One name for one act: sent again after silence it is stored once.
  const [submission] = useState(() => kept?.submission ?? crypto.randomUUID())
  const stored = useRef(false)
  const written = useRef(draft)
  useEffect(() => {
    if (written.current === draft || stored.current) return
    written.current = draft
    keep(room, view, { draft, submission })
  }, [room, view, draft, submission])
  const tag = useTag(room.study.key, view.key, {
    taken: () => {
      stored.current = true
      forget(room, view)
    },
    stored: onStored,
  })
  const store = () => {
    const body = bodyOf(draft, submission, view.mine !== null)
    if (body && !tag.isPending) tag.mutate(body)
  }
  return { draft, dispatch, tag, store, giveUp: () => forget(room, view) }
}
