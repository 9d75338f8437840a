import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'

import { api } from '@/api/client'
import { keys } from '@/api/query'
import type { SetAside, SetAsidePage } from '@/api/types'

export function useSetAside(state: SetAside['state'] | null) {
  return useQuery({
    queryKey: [...keys.setAside, state],
    queryFn: ({ signal }) => api.get<SetAsidePage>('/api/set-aside/', { query: { state, page_size: 200 }, signal }),
  })
}

type Decision = { id: number; decision: 'accepted' | 'refused'; reason: string }

export function useDecide() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, ...body }: Decision) => api.post<SetAside>(`/api/set-aside/${id}/decision/`, { body }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.setAside })
      void client.invalidateQueries({ queryKey: keys.status })
      void client.invalidateQueries({ queryKey: keys.worklists })
    },
  })
}
