import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'

import { api } from '@/api/client'
import { keys } from '@/api/query'
import type { CutoffData, CutoffDraft, CutoffDrafts, CutoffSources } from '@/api/types'

const URL = '/api/cutoff-desk/'
const of = (source: string) => `${URL}${encodeURIComponent(source)}/`

export const useSources = () => useQuery({ queryKey: keys.cutoffs(), queryFn: ({ signal }) => api.get<CutoffSources>(URL, { signal }) })

/** Read once: figures must not change under somebody's hand. */
export const useData = (source: string) =>
  useQuery({ queryKey: keys.cutoffs(source), queryFn: ({ signal }) => api.get<CutoffData>(of(source), { signal }), staleTime: Infinity, gcTime: 0 })

export const useDrafts = (source: string) => useQuery({ queryKey: keys.cutoffs(source, 'drafts'), queryFn: ({ signal }) => api.get<CutoffDrafts>(`${of(source)}drafts/`, { signal }) })

export type NewDraft = { name: string; cohort: string; first: number; second: number; inputs_sha256: string }

export function useSaveDraft(source: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: NewDraft) => api.post<CutoffDraft>(`${of(source)}drafts/`, { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.cutoffs(source, 'drafts') }),
  })
}
