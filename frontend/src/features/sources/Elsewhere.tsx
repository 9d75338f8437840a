import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { api } from '@/api/client'
import { keys } from '@/api/query'
import type { Retrieval, UpstreamStudy } from '@/api/types'
import { useSession } from '@/features/session/api'
import { Button } from '@/shared/ui/Button'
import { useSaid } from '@/shared/useSaid'

import { isOpen } from './useElsewhere'

type Props = { uid: string; study: UpstreamStudy; className?: string | undefined }

/** A study that is not held here: in which PACS it lies, whether that one answers, and the way to take it in. */
export function Elsewhere({ uid, study, className }: Props) {
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
    <div className={className} data-testid="elsewhere" data-state={study.state}>
      <h2>{study.source ? t('sources.elsewhere.title', { source: study.source }) : t('sources.elsewhere.silent')}</h2>
      <p data-testid="elsewhere-standing">{standingOf(study, t)}</p>
      <p>{t('sources.elsewhere.untriaged')}</p>
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

function standingOf({ state, series, series_kept: kept }: UpstreamStudy, t: ReturnType<typeof useTranslation>['t']): string {
  if (state !== 'offline') return t('sources.elsewhere.online')
  return series === null ? t('sources.elsewhere.offlineUnknown') : t('sources.elsewhere.offline', { kept, count: series })
}
