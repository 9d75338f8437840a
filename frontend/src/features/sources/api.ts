import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'

import { api } from '@/api/client'
import { keys } from '@/api/query'
import type { Delivery, Sources, SourceTest, UpstreamStudies } from '@/api/types'

const EVERY_MS = 5_000

/** As they stand in the database: asking costs no source anything. */
export function useSources() {
  return useQuery({
    queryKey: keys.sources,
    queryFn: ({ signal }) => api.get<Sources>('/api/sources/', { signal }),
    refetchInterval: EVERY_MS,
  })
}

export function useOutbox() {
  return useQuery({
    queryKey: keys.outbox,
    queryFn: ({ signal }) => api.get<Delivery[]>('/api/outbox/', { signal }),
    refetchInterval: EVERY_MS,
  })
}

/** Asks one source whether it is there; what it answers shows in the list, too. */
export function useTest() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (name: string) => api.post<SourceTest>('/api/sources/test/', { body: { name } }),
    onSettled: () => void client.invalidateQueries({ queryKey: keys.sources }),
  })
}

export type OtherQuestion = { search: string; date_from: string; date_to: string }

/** Studies of the PACS behind. A search asks every PACS; without one only what is known here is listed. */
export function useOtherStudies(question: OtherQuestion) {
  return useQuery({
    queryKey: keys.upstreams(new URLSearchParams(question).toString()),
    queryFn: ({ signal }) => api.get<UpstreamStudies>('/api/upstream/', { query: question, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  })
}
