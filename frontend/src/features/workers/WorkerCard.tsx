import { useId } from 'react'
import { useTranslation } from 'react-i18next'

import type { WorkerProcess } from '@/api/types'
import { ageOf, localTime, utcTime } from '@/shared/ages'

import styles from './WorkersPage.module.css'

/** One worker process: standing, device, throughput, memory, networks kept ready, last error. */
export function WorkerCard({ worker, now }: { worker: WorkerProcess; now: Date }) {
  const { t, i18n } = useTranslation()
  const heading = useId()
  const age = ageOf(worker.heartbeat_at, now)
  const heard = age.unit === 'now' ? t('workers.heardNow') : t('workers.heard', { age: t(`shared.age.${age.unit}`, { count: age.count }) })
  const whole = (value: number) => Math.round(value).toLocaleString(i18n.language)
  return (
    <article className={styles.card} aria-labelledby={heading} data-testid="worker">
      <header className={styles.header}>
        <h2 id={heading}>{worker.name}</h2>
        <span className={styles.standing} data-standing={worker.standing} data-testid="worker-standing">
          {t(`workers.standing.${worker.standing}`)} {worker.current.length > 0 && t('workers.worksOn', { count: worker.current.length, runs: worker.current.join(', ') })}
        </span>
        <span className={styles.muted} title={`${utcTime(worker.heartbeat_at)} UTC`}>
          {heard} · {t('workers.pid', { pid: worker.pid, time: localTime(worker.started_at, i18n.language) })}
        </span>
      </header>
      <dl className={styles.facts}>
        <Fact name={t('workers.device')} values={[`${worker.device}: ${worker.device_name}`, t('workers.threads', { count: worker.threads }), t('workers.batch', { count: worker.batch })]} />
        <Fact
          name={t('workers.throughput')}
          values={[t('workers.anHour', { count: worker.done_last_hour }), worker.seconds_a_run === null ? null : t('workers.each', { seconds: worker.seconds_a_run.toFixed(1) })]}
        />
        <Fact
          name={t('workers.memory')}
          values={[t('workers.megabytes', { count: whole(worker.memory_mb) }), worker.device_memory_mb === null ? null : t('workers.onDevice', { count: whole(worker.device_memory_mb) })]}
        />
      </dl>
      <Networks networks={worker.networks} />
      {worker.last_error && worker.last_error_at && (
        <p className={styles.error} data-testid="worker-error">
          <strong title={`${utcTime(worker.last_error_at)} UTC`}>{t('workers.error', { time: localTime(worker.last_error_at, i18n.language) })}</strong> {worker.last_error}
        </p>
      )}
    </article>
  )
}

function Fact({ name, values }: { name: string; values: (string | null)[] }) {
  return (
    <div>
      <dt>{name}</dt>
      {values.map((value) => value && <dd key={value}>{value}</dd>)}
    </div>
  )
}

function Networks({ networks }: { networks: WorkerProcess['networks'] }) {
  const { t } = useTranslation()
  if (networks.length === 0) {
    return (
      <p className={styles.muted}>
        {t('workers.networks')}: {t('workers.noNetworks')}
      </p>
    )
  }
  return (
    <table className={styles.networks}>
      <caption className="visually-hidden">{t('workers.networks')}</caption>
      <thead>
        <tr>
          {(['network', 'computed', 'weights', 'remarks'] as const).map((name) => (
            <th key={name} scope="col">
              {t(`workers.${name}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {networks.map((network) => (
          <tr key={network.sha256}>
            <th scope="row">
              {network.name} <code title={network.sha256}>{network.sha256.slice(0, 8)}</code>
            </th>
            <td>
              {network.backend}, {network.precision}
            </td>
            <td>{t('workers.megabytes', { count: network.megabytes.toFixed(1) })}</td>
            <td>{network.remarks.join(' ')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
