/** What a person changes from the viewer; each attempt refreshes all that shows the study: a refusal often means that the page is behind. */
import { useMutation, useQueryClient } from '@tanstack/react-query'

import { api } from '@/api/client'
import { keys } from '@/api/query'
import type { Explanation, Result, Role, Scope, StudyDetail } from '@/api/types'

function useStudyMutation<Input, Output>(uid: string, run: (input: Input) => Promise<Output>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: run,
    onSettled: () => client.invalidateQueries({ queryKey: keys.study(uid) }),
  })
}

export const useAnswerScope = (uid: string) =>
  useStudyMutation(uid, (answers: Record<string, boolean>) => api.post<Scope>(`/api/studies/${uid}/scope/`, { body: { answers } }))

/** `run_id`: the run whose result was read, so that a newer one that this page has not heard of is not decided unseen. */
export type Decision = { decision: 'confirmed' | 'overridden'; contrast: boolean | null; reason: string; run_id: number | null }

export const useDecide = (uid: string) =>
  useStudyMutation(uid, (decision: Decision) => api.post<Result>(`/api/studies/${uid}/confirmation/`, { body: decision }))

export type RoleChange = { seriesUid: string; role: Role | null; reason: string }

export const useChangeRole = (uid: string) =>
  useStudyMutation(uid, ({ seriesUid, role, reason }: RoleChange) =>
    api.put<StudyDetail>(`/api/studies/${uid}/series/${seriesUid}/role/`, { body: { role, reason } }),
  )

export const useRetry = (uid: string) => useStudyMutation(uid, () => api.post<Result>(`/api/studies/${uid}/retry/`))

export const useExplain = (uid: string) =>
  useStudyMutation(uid, (wanted: Pick<Explanation, 'sequence' | 'method'>) => api.post<Explanation>(`/api/studies/${uid}/explanations/`, { body: wanted }))
