import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'

import { api, ApiError } from '@/api/client'
import { keys } from '@/api/query'
import type { Retrieval, UpstreamStudy } from '@/api/types'

export const isOpen = (retrieval: Retrieval | null | undefined) => retrieval?.state === 'queued' || retrieval?.state === 'running'

/** Soon while it is being taken in, now and then while its PACS is silent. */
const everyMs = (study: UpstreamStudy | undefined) => (isOpen(study?.retrieval) ? 2_000 : study?.state === 'offline' ? 15_000 : false)

/** How a study stands that the archive says it has not (`error`): with a PACS behind, or nowhere. Tells when it is held after all. */
export function useElsewhere(uid: string, error: Error | null, onHeld: () => unknown): { pending: boolean; standing: UpstreamStudy | undefined } {
  const missing = error instanceof ApiError && error.status === 404
  const { data, isPending } = useQuery({
    queryKey: keys.upstream(uid),
    queryFn: ({ signal }) => api.get<UpstreamStudy>(`/api/upstream/${uid}/`, { signal }),
    refetchInterval: ({ state }) => everyMs(state.data),
    enabled: missing,
  })
  const held = missing && data?.state === 'held'
  useEffect(() => {
    if (held) onHeld()
  }, [held, onHeld])
  const somewhere = missing && (data?.state === 'online' || data?.state === 'offline')
  return { pending: held || (missing && isPending), standing: somewhere ? data : undefined }
}
