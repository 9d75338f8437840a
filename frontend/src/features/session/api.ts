import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'

import { api, ApiError } from '@/api/client'
import { keys } from '@/api/query'
import type { Session, UserRole } from '@/api/types'

/** Who is signed in, or null: a 401 is an answer here, not a failure. */
export const sessionQuery = queryOptions({
  queryKey: keys.session,
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      return await api.get<Session>('/api/session/', { signal })
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null
      throw error
    }
  },
  staleTime: 5 * 60_000,
})

export const useSession = () => useQuery(sessionQuery)

export function useSignIn() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (credentials: { username: string; password: string }) =>
      api.post<Session>('/api/session/', { body: credentials }),
    onSuccess: (session) => {
      client.clear()
      client.setQueryData(keys.session, session)
    },
  })
}

export function useSignOut() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => api.delete<void>('/api/session/'),
    onSuccess: () => {
      client.clear()
      client.setQueryData(keys.session, null)
    },
  })
}

const CLINICAL: readonly UserRole[] = ['radiologist', 'administrator']

/** Whether these roles see clinical studies. The server decides; this only spares a page that would be refused. */
export function isClinical(session: Session | null | undefined): boolean {
  return session?.user.roles.some((role) => CLINICAL.includes(role)) ?? false
}

export function isAdministrator(session: Session | null | undefined): boolean {
  return session?.user.roles.includes('administrator') ?? false
}

/** Whether reports are a page of theirs; of which studies, the server decides. */
export function mayReport(session: Session | null | undefined): boolean {
  return session?.user.roles.some((role) => role === 'administrator' || role === 'investigator') ?? false
}
