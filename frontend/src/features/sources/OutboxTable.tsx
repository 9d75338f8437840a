import { useTranslation } from 'react-i18next'

import type { Delivery } from '@/api/types'
import { localTime, utcTime } from '@/shared/ages'
import table from '@/shared/ui/Table.module.css'
import { useSaid } from '@/shared/useSaid'

import styles from './SourcesPage.module.css'

const COLUMNS = ['state', 'source', 'object', 'attempts', 'when', 'reason'] as const

/** The results on their way, in the order that the server gives: what needs somebody first. */
export function OutboxTable({ deliveries }: { deliveries: Delivery[] }) {
  const { t, i18n } = useTranslation()
  const said = useSaid()
  if (deliveries.length === 0) {
    return (
      <p className={styles.about} data-testid="outbox-empty">
        {t('sources.outboxEmpty')}
      </p>
    )
  }
  return (
    <table className={`${table.table} ${styles.deliveries}`} data-testid="outbox">
      <thead>
        <tr>
          {COLUMNS.map((name) => (
            <th key={name} scope="col" className={name === 'attempts' ? table.number : undefined}>
              {t(`sources.${name}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {deliveries.map((one) => {
          const at = one.sent_at ?? one.next_try_at ?? one.queued_at
          const time = localTime(at, i18n.language)
          return (
            <tr key={one.id} data-state={one.state}>
              <td>{t(`sources.delivery.${one.state}`)}</td>
              <td>{one.source}</td>
              <td>
                <code title={one.study_uid}>{one.sop_instance_uid}</code>
              </td>
              <td className={table.number}>{one.attempts}</td>
              <td title={`${utcTime(at)} UTC`}>{one.next_try_at && !one.sent_at ? t('sources.next', { time }) : time}</td>
              <td>{said(one.last_error)}</td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
