/** The keys of tagging. Those of the images have theirs besides; both rest while something is typed. */
import { type Dispatch, useEffect, useEffectEvent } from 'react'

import { type KeyActions, useViewerKeys } from '@/features/viewer/useViewerKeys'

import type { Said } from './api'
import { AS_BEFORE, CHOICES } from './choices'
import { type Change, type Draft, nextStage } from './draft'

/** As the list of keys shows them. */
export const TAGGING_KEYS: readonly (readonly [keys: readonly string[], words: string])[] = [
  [['1', '…', '9'], 'choose'],
  [[AS_BEFORE], 'asBefore'],
  [['c'], 'stage'],
  [['s'], 'sites'],
  [['d'], 'debatable'],
  [['+', '−'], 'bigger'],
  [['n'], 'another'],
  [['Del'], 'remove'],
  [['v'], 'look'],
  [['Ctrl+Enter'], 'store'],
  [['?'], 'help'],
]

type Spoken = {
  draft: Draft
  before: Said | undefined
  dispatch: Dispatch<Change>
  enabled: boolean
  store: () => void
  help: () => void
  look: () => void
}

export function useTaggingKeys(spoken: Spoken): void {
  useViewerKeys(actions(spoken), spoken.enabled)
  const store = useEffectEvent((event: KeyboardEvent) => {
    if (!spoken.enabled || event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    spoken.store()
  })
  useEffect(() => {
    // Also out of a text: the act is the same wherever one types.
    const press = (event: KeyboardEvent) => store(event)
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [])
}

function actions({ draft, before, dispatch, help, look }: Spoken): KeyActions {
  const set = (values: Partial<Draft>) => dispatch({ type: 'set', values })
  const { selected } = draft
  return {
    ...Object.fromEntries(CHOICES.map(({ digit, key }) => [digit, () => dispatch({ type: 'choose', choice: key })])),
    ...(before ? { [AS_BEFORE]: () => dispatch({ type: 'asBefore', said: before }) } : {}),
    c: () => set({ rtStage: nextStage(draft.rtStage) }),
    s: () => document.querySelector<HTMLElement>('[data-list="sites"]')?.focus(),
    d: () => set({ debatable: !draft.debatable }),
    '+': () => dispatch({ type: 'resize', by: 1 }),
    '=': () => dispatch({ type: 'resize', by: 1 }),
    '-': () => dispatch({ type: 'resize', by: -1 }),
    n: () => set({ selected: undefined }),
    ...(selected === undefined ? {} : { Delete: () => dispatch({ type: 'unmark', index: selected }) }),
    v: look,
    '?': help,
  }
}
