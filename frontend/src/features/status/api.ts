import { queryOptions, useQuery } from '@tanstack/react-query'

import { api } from '@/api/client'
import { keys } from '@/api/query'
import type { Status } from '@/api/types'

/** Workers, queue and the demo's preparation. Asked often while the demo prepares, seldom afterwards. */
export const statusQuery = queryOptions({
  queryKey: keys.status,
  queryFn: ({ signal }) => api.get<Status>('/api/status/', { signal }),
  refetchInterval: (query) => (query.state.data?.demo?.preparing ? 3_000 : 20_000),
})

export const useStatus = () => useQuery(statusQuery)
