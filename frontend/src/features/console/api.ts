/** What the console asks of the server, beside its stream. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'

import { api, ApiError } from '@/api/client'
import { keys } from '@/api/query'
import type { ConsoleAnswers, ConsoleDecision, ConsolePerson, ConsoleQuestion, Kiosk, Table } from '@/api/types'

const SESSION = '/console/api/session/'

/** Which screen this is, or null where the server knows none: a 401 is an answer here. */
export function useKiosk(enabled: boolean) {
  return useQuery({
    queryKey: keys.console,
    enabled,
    queryFn: async ({ signal }): Promise<Kiosk | null> => {
      try {
        return await api.get<Kiosk>(SESSION, { signal })
      } catch (error) {
        if (error instanceof ApiError && (error.status === 401 || error.status === 403)) return null
        throw error
      }
    },
    retry: true,
    retryDelay: 2_000,
    staleTime: Infinity,
  })
}

export function useOpenConsole() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (token: string) => api.post<Kiosk>(SESSION, { body: { token } }),
    onSuccess: (kiosk) => client.setQueryData(keys.console, kiosk),
  })
}

export const useConsolePeople = () =>
  useQuery({ queryKey: keys.consolePeople, queryFn: ({ signal }) => api.get<ConsolePerson[]>('/console/api/people/', { signal }), staleTime: 0 })

export const useQuestions = (id: number) =>
  useQuery({ queryKey: keys.consoleScope(id), queryFn: ({ signal }) => api.get<ConsoleQuestion[]>(`/console/api/examinations/${id}/scope/`, { signal }), staleTime: 0 })

export const useDecideAtConsole = (id: number) =>
  useMutation({ mutationFn: (body: ConsoleDecision) => api.post<Table>(`/console/api/examinations/${id}/decision/`, { body }) })

export function useAnswerAtConsole(id: number) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: ConsoleAnswers) => api.post<ConsoleQuestion[]>(`/console/api/examinations/${id}/scope/`, { body }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.consoleScope(id) }),
  })
}
