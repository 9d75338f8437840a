import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'

import { ApiError } from '@/api/client'
import type { CutoffData, CutoffSource } from '@/api/types'
import { Failed } from '@/shared/ui/Failed'
import { Found, Skeleton } from '@/shared/ui/Page'
import notice from '@/shared/ui/Notice.module.css'
import { useRefusal } from '@/shared/useRefusal'

import { useData, useSources } from './api'
import { Desk } from './Desk'
import styles from './CutoffDeskPage.module.css'

/** Two cutoffs over the scores of a cohort; the source stands in the address. */
export default function CutoffDeskPage() {
  const { t } = useTranslation()
  const sources = useSources()
  return (
    <div className={styles.page}>
      <div className={styles.column}>
        <h1>{t('cutoffs.title')}</h1>
        <p className={styles.intro}>{t('cutoffs.intro')}</p>
        <Found found={sources}>{(found) => (found.sources.length ? <Chosen sources={found.sources} /> : <p data-testid="no-sources">{t('cutoffs.noSources')}</p>)}</Found>
      </div>
    </div>
  )
}

function Chosen({ sources }: { sources: readonly CutoffSource[] }) {
  const { t } = useTranslation()
  const [params, setParams] = useSearchParams()
  const key = sources.find((one) => one.key === params.get('source'))?.key ?? sources[0]?.key ?? ''
  return (
    <>
      <label className={styles.choice}>
        {t('cutoffs.source')}
        <select value={key} onChange={(event) => setParams({ source: event.target.value }, { replace: true })} data-testid="source">
          {sources.map((one) => (
            <option key={one.key} value={one.key}>
              {t(one.kind === 'study' ? 'cutoffs.study' : 'cutoffs.archive', { title: one.title })}
            </option>
          ))}
        </select>
      </label>
      <Source key={key} source={key} />
    </>
  )
}

function Source({ source }: { source: string }) {
  const found = useData(source)
  const refusal = useRefusal('cutoffs')
  if (found.isPending) return <Skeleton />
  if (found.data) return <Cohorts data={found.data} />
  const { error } = found
  if (error instanceof ApiError && error.status === 409) {
    return (
      <div className={notice.notice} role="alert">
        {refusal(error)}
      </div>
    )
  }
  return <Failed error={error} onRetry={() => void found.refetch()} />
}

function Cohorts({ data }: { data: CutoffData }) {
  const { t } = useTranslation()
  const several = data.cohorts.length > 1
  const [name, setName] = useState(data.cohorts[0]?.name ?? '')
  const columns = useMemo(() => (several && name === '' ? data.cohorts : data.cohorts.filter((one) => one.name === name)), [data, several, name])
  const refusal = several && name === '' ? data.refusal_together : (columns[0]?.refusal ?? null)
  return (
    <>
      {several && (
        <label className={styles.choice}>
          {t('cutoffs.cohort')}
          <select value={name} onChange={(event) => setName(event.target.value)} data-testid="cohort">
            {data.cohorts.map((one) => (
              <option key={one.name} value={one.name}>
                {one.name}
              </option>
            ))}
            {data.cohorts.every((one) => one.name !== '') && <option value="">{t('cutoffs.allCohorts')}</option>}
          </select>
        </label>
      )}
      {data.synthetic && <p className={styles.label} data-testid="synthetic">{t('cutoffs.synthetic')}</p>}
      {!data.unblinded && <p className={styles.label}>{t('cutoffs.notUnblinded')}</p>}
      <Desk key={name} data={data} columns={columns} cohortName={name} refusal={refusal} />
    </>
  )
}
