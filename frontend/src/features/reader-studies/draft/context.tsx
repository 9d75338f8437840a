import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react'

import type { FieldProblem } from '@/api/client'

import { problemsOf } from '../protocol/problems'
import type { Draft, Snapshot } from './draft'

export const DraftContext = createContext<Draft | null>(null)
const ProblemsContext = createContext<readonly FieldProblem[]>([])

/** The draft for everything below; `problems`: what the last check found besides what saving found. */
export function DraftProvider({ draft, problems, children }: { draft: Draft; problems: readonly FieldProblem[]; children: ReactNode }) {
  return (
    <DraftContext value={draft}>
      <ProblemsContext value={problems}>{children}</ProblemsContext>
    </DraftContext>
  )
}

const nothing = { subscribe: () => () => undefined, get: () => null }

/** What is drafted now, and how to change it. */
export function useDraft(): Snapshot & { change: Draft['change']; flush: Draft['flush'] } {
  const draft = useContext(DraftContext)
  if (!draft) throw new Error('useDraft belongs below a DraftProvider')
  return { ...useSyncExternalStore(draft.subscribe, draft.get), change: draft.change, flush: draft.flush }
}

/** What is wrong with one field; nothing where there is no draft (a dialog of its own). */
export function useProblems(field: string | undefined): FieldProblem[] {
  const draft = useContext(DraftContext)
  const saving = useSyncExternalStore<Snapshot | null>(draft?.subscribe ?? nothing.subscribe, draft?.get ?? nothing.get)
  const checked = useContext(ProblemsContext)
  if (!field) return []
  const found = problemsOf([...(saving?.problems ?? []), ...checked], field)
  return found.filter((one, index) => found.findIndex((other) => other.detail === one.detail) === index)
}
