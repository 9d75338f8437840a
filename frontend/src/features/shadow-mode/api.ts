import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'

import { api } from '@/api/client'
import { keys } from '@/api/query'
import type { Shadow, SignatureRole } from '@/api/types'

const URL = '/api/shadow-mode/'

export const useShadow = () => useQuery({ queryKey: keys.shadow, queryFn: ({ signal }) => api.get<Shadow>(URL, { signal }), refetchInterval: 30_000 })

export type Signing = { signed_as: SignatureRole; shown: boolean; password: string; reason: string }

export function useSign() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: Signing) => api.post<Shadow>(URL, { body }),
    onSuccess: (found) => client.setQueryData(keys.shadow, found),
  })
}
