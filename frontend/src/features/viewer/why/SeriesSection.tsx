import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { Role, SeriesDetail } from '@/api/types'
import { Button } from '@/shared/ui/Button'
import { useSaidEvidence } from '@/shared/useSaid'

import { useChangeRole } from '../api/mutations'

import { Problem } from './Problem'
import { Foldable } from './Section'
import styles from './Why.module.css'

const ROLES: Role[] = ['T1WI', 'T2WI', 'T1WIC', 'none']
const RECOGNISED = 'recognised'

/** Every stored series with its role and evidence; a person may give another role, with a reason, and the study is triaged anew. */
export function SeriesSection({ uid, series, open }: { uid: string; series: SeriesDetail[]; open: boolean }) {
  const { t } = useTranslation()
  return (
    <Foldable title={`${t('viewer.seriesList.title')} · ${series.length}`} open={open} testId="series-list">
      <div className={styles.list}>
        {series.map((each) => (
          <SeriesItem key={each.uid} studyUid={uid} series={each} />
        ))}
      </div>
    </Foldable>
  )
}

function SeriesItem({ studyUid, series }: { studyUid: string; series: SeriesDetail }) {
  const { t } = useTranslation()
  const saidEvidence = useSaidEvidence()
  const plane = series.plane && t(`viewer.plane.${series.plane}`, { defaultValue: series.plane })
  const facts = [plane, series.acquisition, t('viewer.seriesList.instances', { count: series.instances })].filter(Boolean)
  return (
    <div data-series={series.uid}>
      <p>
        <strong>{series.number ?? '–'}</strong> {series.description || <span className={styles.muted}>{t('viewer.seriesList.untitled')}</span>}
        {series.chosen && <span className={styles.mark}> {t('viewer.seriesList.chosen')}</span>}
      </p>
      <p className={`${styles.muted} ${styles.small}`}>{facts.join(' · ')}</p>
      {series.evidence && <p className={`${styles.muted} ${styles.small}`}>{saidEvidence(series.evidence)}</p>}
      {series.generated ? (
        <p className={`${styles.muted} ${styles.small}`}>
          {[t('viewer.seriesList.generated'), series.superseded && t('viewer.seriesList.superseded')].filter(Boolean).join(' · ')}
        </p>
      ) : (
        <RoleForm studyUid={studyUid} series={series} />
      )}
    </div>
  )
}

function RoleForm({ studyUid, series }: { studyUid: string; series: SeriesDetail }) {
  const { t } = useTranslation()
  const change = useChangeRole(studyUid)
  const current = series.assigned_role ?? RECOGNISED
  const [chosen, setChosen] = useState<string>()
  const [reason, setReason] = useState('')
  const pending = chosen !== undefined && chosen !== current
  const named = (role: Role) => (role === 'none' ? t('viewer.seriesList.none') : role)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!pending || reason.trim() === '') return
    const role = chosen === RECOGNISED ? null : (chosen as Role)
    change.mutate({ seriesUid: series.uid, role, reason: reason.trim() }, { onSuccess: () => (setChosen(undefined), setReason('')) })
  }
  return (
    <form onSubmit={submit}>
      <select
        className={styles.input}
        value={chosen ?? current}
        aria-label={t('viewer.seriesList.role', { number: series.number ?? '', description: series.description })}
        data-testid={`role-select-${series.uid}`}
        onChange={(event) => setChosen(event.target.value)}
      >
        <option value={RECOGNISED}>{t('viewer.seriesList.recognised', { role: named(series.recognised_role) })}</option>
        {ROLES.map((role) => (
          <option key={role} value={role}>
            {named(role)}
            {role === series.assigned_role && series.assigned_by ? ` (${t('viewer.seriesList.by', { by: series.assigned_by })})` : ''}
          </option>
        ))}
      </select>
      {pending && (
        <>
          <label className={styles.field}>
            <span>{t('viewer.seriesList.reason')}</span>
            <textarea className={styles.input} value={reason} maxLength={2000} required data-testid={`role-reason-${series.uid}`} onChange={(event) => setReason(event.target.value)} />
          </label>
          <p className={`${styles.muted} ${styles.small}`}>{t('viewer.seriesList.reasonHint')}</p>
          <div className={`${styles.row} ${styles.call}`}>
            <Button type="submit" look="primary" disabled={reason.trim() === '' || change.isPending} data-testid={`role-apply-${series.uid}`}>
              {t('viewer.seriesList.apply')}
            </Button>
            <Button onClick={() => setChosen(undefined)}>{t('viewer.seriesList.cancel')}</Button>
          </div>
        </>
      )}
      <Problem error={change.error} />
    </form>
  )
}
