/** What the viewer asks of the JSON API about one study. Live events refresh whatever starts with its key. */
import { useQuery } from '@tanstack/react-query'

import { api } from '@/api/client'
import { keys } from '@/api/query'
import type { Explanations, Neighbours, Result, Scope, StudyDetail } from '@/api/types'

import { isOpen } from '../explanations'

/** Details a later API version adds to a result; absent ones are simply not shown. */
export type ViewerResult = Result & {
  nearest?: { of: number; recurrences: number; low: number; high: number } | null
  networks?: { role: string; name: string; sha256: string; label: string; synthetic: boolean }[]
  notes?: string[]
}

export const useStudy = (uid: string) =>
  useQuery({ queryKey: keys.study(uid), queryFn: ({ signal }) => api.get<StudyDetail>(`/api/studies/${uid}/`, { signal }) })

/** While a run is open the answer is also asked for every few seconds: progress must not hang on one lost event. */
export const useResult = (uid: string) =>
  useQuery({
    queryKey: keys.result(uid),
    queryFn: ({ signal }) => api.get<ViewerResult>(`/api/studies/${uid}/result/`, { signal }),
    refetchInterval: ({ state }) => (state.data?.state === 'queued' || state.data?.state === 'running' ? 4_000 : false),
  })

export const useScope = (uid: string) =>
  useQuery({ queryKey: keys.scope(uid), queryFn: ({ signal }) => api.get<Scope>(`/api/studies/${uid}/scope/`, { signal }) })

/** Maps on demand. While one is being made the answer is also asked for: progress must not hang on one lost event. */
export const useExplanations = (uid: string) =>
  useQuery({
    queryKey: keys.explanations(uid),
    queryFn: ({ signal }) => api.get<Explanations>(`/api/studies/${uid}/explanations/`, { signal }),
    refetchInterval: ({ state }) => (state.data?.results.some(isOpen) ? 2_000 : false),
  })

/** The studies before and after this one under the worklist's filters, which travel in the address. */
export const useNeighbours = (uid: string, search: string) =>
  useQuery({
    queryKey: keys.neighbours(uid, search),
    queryFn: ({ signal }) => {
      const query = new URLSearchParams(search)
      query.delete('page')
      query.delete('page_size')
      query.set('uid', uid)
      return api.get<Neighbours>(`/api/worklist/neighbours/?${query}`, { signal })
    },
  })
