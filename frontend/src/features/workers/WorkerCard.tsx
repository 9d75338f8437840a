import { useTranslation } from 'react-i18next'

import type { WorkerProcess } from '@/api/types'
import { ageOf, localTime, utcTime } from '@/shared/ages'
import { Card, LastError } from '@/shared/ui/Card'
import card from '@/shared/ui/Card.module.css'
import { Facts } from '@/shared/ui/Facts'
import table from '@/shared/ui/Table.module.css'
import { useSaid } from '@/shared/useSaid'

import styles from './Networks.module.css'

/** One worker process: standing, device, throughput, memory, networks kept ready, last error. */
export function WorkerCard({ worker, now }: { worker: WorkerProcess; now: Date }) {
  const { t, i18n } = useTranslation()
  const age = ageOf(worker.heartbeat_at, now)
  const heard = age.unit === 'now' ? t('workers.heardNow') : t('workers.heard', { age: t(`shared.age.${age.unit}`, { count: age.count }) })
  const there = worker.standing !== 'silent' && worker.standing !== 'stopped'
  const whole = (value: number) => Math.round(value).toLocaleString(i18n.language)
  const standing = (
    <>
      <span className={card.standing} data-standing={worker.standing} data-testid="worker-standing">
        {t(`workers.standing.${worker.standing}`)} {worker.current.length > 0 && t('workers.worksOn', { count: worker.current.length, runs: worker.current.join(', ') })}
      </span>
      <span className={card.muted} title={`${utcTime(worker.heartbeat_at)} UTC`}>
        {heard} · {t('workers.pid', { pid: worker.pid, time: localTime(worker.started_at, i18n.language) })}
      </span>
    </>
  )
  return (
    <Card title={worker.name} beside={standing} data-testid="worker">
      <Facts
        facts={[
          [t('workers.device'), [`${worker.device}: ${worker.device_name}`, t('workers.threads', { count: worker.threads }), t('workers.batch', { count: worker.batch })]],
          [t('workers.load'), [there && t('workers.readsNow', { count: worker.current.length }), busyShare(worker) && t('workers.busy', { percent: busyShare(worker) })]],
          [t('workers.throughput'), [t('workers.anHour', { count: worker.done_last_hour }), worker.seconds_a_run === null ? null : t('workers.each', { seconds: worker.seconds_a_run.toFixed(1) })]],
          [t('workers.memory'), [t('workers.megabytes', { count: whole(worker.memory_mb) }), worker.device_memory_mb === null ? null : t('workers.onDevice', { count: whole(worker.device_memory_mb) })]],
        ]}
      />
      <Networks networks={worker.networks} />
      {worker.last_error && worker.last_error_at && <LastError at={worker.last_error_at} words={worker.last_error} testId="worker-error" />}
    </Card>
  )
}

/** Per cent of the last hour spent on runs; null where none was done, and where runs are read together and their times overlap. */
function busyShare({ batch, done_last_hour: done, seconds_a_run: each }: WorkerProcess): string | null {
  if (each === null || done === 0 || batch > 1) return null
  const percent = Math.min(100, (done * each) / 36)
  return percent < 1 ? '< 1' : percent.toFixed(0)
}

const ORDER = ['T1WI', 'T2WI', 'T1WIC']

function Networks({ networks }: { networks: WorkerProcess['networks'] }) {
  const { t } = useTranslation()
  const said = useSaid()
  if (networks.length === 0) {
    return (
      <p className={`${card.muted} ${styles.networks}`}>
        {t('workers.networks')}: {t('workers.noNetworks')}
      </p>
    )
  }
  const sorted = networks.toSorted((one, other) => ORDER.indexOf(one.role) - ORDER.indexOf(other.role) || one.name.localeCompare(other.name))
  const remarked = networks.some(({ remarks }) => remarks.length > 0)
  const columns = ['sequence', 'network', 'architecture', 'computed', 'weights', ...(remarked ? ['remarks'] : [])]
  return (
    <table className={`${table.table} ${styles.networks}`}>
      <caption className="visually-hidden">{t('workers.networks')}</caption>
      <thead>
        <tr>
          {columns.map((name) => (
            <th key={name} scope="col" className={name === 'weights' ? table.number : undefined}>
              {t(`workers.${name}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {sorted.map((network) => (
          <tr key={network.sha256}>
            <td>{network.role}</td>
            <th scope="row">
              {network.name} <code title={network.sha256}>{network.sha256.slice(0, 8)}</code>
            </th>
            <td>{network.architecture}</td>
            <td>
              {network.backend}, {network.precision}
            </td>
            <td className={table.number}>{t('workers.megabytes', { count: network.megabytes.toFixed(1) })}</td>
            {remarked && <td className={styles.remarks}>{network.remarks.map(said).join(' ')}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
