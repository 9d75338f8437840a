import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'

import { api } from '@/api/client'
import { keys } from '@/api/query'
import type { Delivery, Sources, SourceTest } from '@/api/types'

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
