import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'

import { api, ApiError } from '@/api/client'
import { keys } from '@/api/query'
import type { Retrieval, UpstreamStudy } from '@/api/types'
import { useSession } from '@/features/session/api'
import { Button } from '@/shared/ui/Button'
import { Failed } from '@/shared/ui/Failed'
import notice from '@/shared/ui/Notice.module.css'
import { useSaid } from '@/shared/useSaid'

type Props = { uid: string; error: Error; onRetry: () => void }

/** A study that is not held here: it may lie in a PACS behind this application, from where a radiologist takes it in. */
export function Elsewhere({ uid, error, onRetry }: Props) {
  const missing = error instanceof ApiError && error.status === 404
  const found = useStanding(uid, missing)
  const known = missing && found.data && found.data.state !== 'unknown'
  useEffect(() => {
    if (found.data?.state === 'held') onRetry()
  }, [found.data?.state, onRetry])
  if (!known) return <Failed error={error} onRetry={onRetry} />
  return <Standing uid={uid} study={found.data} />
}

function useStanding(uid: string, enabled: boolean) {
  return useQuery({
    queryKey: keys.upstream(uid),
    queryFn: ({ signal }) => api.get<UpstreamStudy>(`/api/upstream/${uid}/`, { signal }),
    refetchInterval: ({ state }) => (isOpen(state.data?.retrieval) ? 2_000 : false),
    enabled,
  })
}

const isOpen = (retrieval: Retrieval | null | undefined) => retrieval?.state === 'queued' || retrieval?.state === 'running'

function Standing({ uid, study }: { uid: string; study: UpstreamStudy }) {
  const { t } = useTranslation()
  const said = useSaid()
  const client = useQueryClient()
  const radiologist = useSession().data?.user.roles.includes('radiologist') ?? false
  const take = useMutation({
    mutationFn: () => api.post<Retrieval>(`/api/upstream/${uid}/retrieval/`),
    onSettled: () => client.invalidateQueries({ queryKey: keys.upstream(uid) }),
  })
  const { retrieval } = study
  const progress = retrieval?.series_total ? t('sources.elsewhere.progress', { done: retrieval.series_done, total: retrieval.series_total }) : ''
  return (
    <div className={notice.notice} data-testid="elsewhere" data-state={study.state}>
      <h2>{study.source ? t('sources.elsewhere.title', { source: study.source }) : t('sources.elsewhere.silent')}</h2>
      <p>{t(study.state === 'offline' ? 'sources.elsewhere.offline' : 'sources.elsewhere.online')}</p>
      {isOpen(retrieval) && (
        <p role="status">
          {t('sources.elsewhere.coming')} {progress} {said(retrieval?.reason ?? '')}
        </p>
      )}
      {retrieval?.state === 'failed' && <p role="alert">{t('sources.elsewhere.failed', { reason: said(retrieval.reason) })}</p>}
      {take.error && <p role="alert">{take.error.message}</p>}
      {radiologist && study.source && !isOpen(retrieval) && (
        <Button look="primary" onClick={() => take.mutate()} disabled={take.isPending}>
          {t('sources.elsewhere.take')}
        </Button>
      )}
    </div>
  )
}
