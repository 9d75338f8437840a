import { useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import type { SetAside } from '@/api/types'
import { localTime, utcTime } from '@/shared/ages'
import { personName } from '@/shared/patient'
import { Button } from '@/shared/ui/Button'

import { useDecide } from './api'
import styles from './SetAsideCard.module.css'

/** One instance set aside: stored and received attributes side by side, and the decision. */
export function SetAsideCard({ item }: { item: SetAside }) {
  const { t, i18n } = useTranslation()
  const heading = useId()
  return (
    <article className={styles.card} aria-labelledby={heading} data-testid={`set-aside-${item.id}`}>
      <header className={styles.header}>
        <h2 id={heading}>
          {personName(item.patient.name) || t('setAside.unnamed')} <span className={styles.muted}>{item.patient.id}</span>
        </h2>
        <span className={styles.muted} title={`${utcTime(item.received_at)} UTC`}>
          {t('setAside.received', { time: localTime(item.received_at, i18n.language), source: t(`shared.source.${item.source}`) })}
        </span>
      </header>
      <p className={styles.facts}>
        {item.series_description && `${t('setAside.series')}: ${item.series_description} · `}
        {t('setAside.instance')} <code>{item.sop_instance_uid}</code> · <Link to={`/viewer/${item.study_uid}/`}>{t('setAside.study')}</Link>
      </p>
      <Differences item={item} />
      {item.state === 'waiting' ? <DecisionForm id={item.id} /> : <Decided item={item} />}
    </article>
  )
}

function Differences({ item }: { item: SetAside }) {
  const { t } = useTranslation()
  const value = (text: string | null) =>
    text === null ? <em className={styles.muted}>{t('setAside.absent')}</em> : text || <em className={styles.muted}>{t('setAside.emptyValue')}</em>
  return (
    <table className={styles.differences}>
      <thead>
        <tr>
          <th scope="col">{t('setAside.attribute')}</th>
          <th scope="col">{t('setAside.stored')}</th>
          <th scope="col">{t('setAside.arrived')}</th>
        </tr>
      </thead>
      <tbody>
        {item.differences.map((difference) => (
          <tr key={difference.tag}>
            <th scope="row">
              {difference.keyword || difference.tag} {difference.keyword && <span className={styles.muted}>{difference.tag}</span>}
            </th>
            <td>{value(difference.stored)}</td>
            <td className={styles.received}>{value(difference.received)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function DecisionForm({ id }: { id: number }) {
  const { t } = useTranslation()
  const [reason, setReason] = useState('')
  const [missing, setMissing] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  const problem = useId()
  const decide = useDecide()
  const refuse = () => {
    if (reason.trim()) return decide.mutate({ id, decision: 'refused', reason: reason.trim() })
    setMissing(true)
    field.current?.focus()
  }
  const words = decide.error ? decide.error.message : missing && !reason.trim() ? t('setAside.refuseNeeds') : ''
  return (
    <div className={styles.form}>
      <label className={styles.reason}>
        {t('setAside.reason')}
        <input
          ref={field}
          value={reason}
          placeholder={t('setAside.reasonHint')}
          aria-describedby={problem}
          aria-invalid={Boolean(words)}
          data-testid="set-aside-reason"
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
      <Button data-testid="set-aside-accept" disabled={decide.isPending} onClick={() => decide.mutate({ id, decision: 'accepted', reason: reason.trim() })}>
        {t('setAside.accept')}
      </Button>
      <Button data-testid="set-aside-refuse" disabled={decide.isPending} onClick={refuse}>
        {t('setAside.refuse')}
      </Button>
      <p id={problem} className={styles.problem} role="alert">
        {words}
      </p>
    </div>
  )
}

function Decided({ item }: { item: SetAside }) {
  const { t, i18n } = useTranslation()
  const time = item.decided_at ? localTime(item.decided_at, i18n.language) : ''
  return (
    <p className={styles.form} data-testid="set-aside-decision">
      {t('setAside.decision', { decision: t(`setAside.state.${item.state}`), by: item.decided_by, time })}
      {item.reason && <span className={styles.muted}>{item.reason}</span>}
    </p>
  )
}
