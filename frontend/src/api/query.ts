/** The cache of server state, its keys in one place, and what happens when the server says "not signed in". */
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'

import { ApiError } from './client'

/** Every key starts with the thing's noun, so that one event can refresh all that shows a study. */
export const keys = {
  session: ['session'] as const,
  status: ['status'] as const,
  worklists: ['worklist'] as const,
  setAside: ['set-aside'] as const,
  workers: ['workers'] as const,
  sources: ['sources'] as const,
  outbox: ['outbox'] as const,
  upstream: (uid: string) => ['upstream', uid] as const,
  upstreams: (question: string) => ['upstream', 'studies', question] as const,
  console: ['console'] as const,
  cutoffs: (...of: string[]) => ['cutoff-desk', ...of] as const,
  consolePeople: ['console', 'people'] as const,
  consoleScope: (id: number) => ['console', 'scope', id] as const,
  shadow: ['shadow-mode'] as const,
  readerStudies: ['reader-studies'] as const,
  readerStudy: (key: string, ...of: string[]) => ['reader-studies', key, ...of] as const,
  reports: (...of: string[]) => ['reports', ...of] as const,
  study: (uid: string) => ['study', uid] as const,
  result: (uid: string) => ['study', uid, 'result'] as const,
  scope: (uid: string) => ['study', uid, 'scope'] as const,
  explanations: (uid: string) => ['study', uid, 'explanations'] as const,
  neighbours: (uid: string, search: string) => ['worklist', 'neighbours', uid, search] as const,
}

function forgetSessionWhenRefused(error: Error) {
  if (error instanceof ApiError && error.status === 401) queryClient.setQueryData(keys.session, null)
}

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: forgetSessionWhenRefused }),
  mutationCache: new MutationCache({ onError: forgetSessionWhenRefused }),
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: false,
      // A refusal stays a refusal; only silence and the server's own failures are worth a second try.
      retry: (count, error) => count < 2 && !(error instanceof ApiError && error.status > 0 && error.status < 500),
    },
  },
})
