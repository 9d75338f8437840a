import { useQuery } from '@tanstack/react-query'

import { api } from '@/api/client'
import { keys } from '@/api/query'
import type { Workers } from '@/api/types'

/** Asked as often as the workers describe themselves. */
export function useWorkers() {
  return useQuery({
    queryKey: keys.workers,
    queryFn: ({ signal }) => api.get<Workers>('/api/workers/', { signal }),
    refetchInterval: 5_000,
  })
}
