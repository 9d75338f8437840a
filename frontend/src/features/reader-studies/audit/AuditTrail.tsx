import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { localTime, utcTime } from '@/shared/ages'
import { Button } from '@/shared/ui/Button'
import { CopyButton } from '@/shared/ui/Failed'
import { Found } from '@/shared/ui/Page'
import table from '@/shared/ui/Table.module.css'
import { useRefusal } from '@/shared/useRefusal'

import { useAudit, useVerification } from '../api/studies'
import type { AuditEntry } from '../api/types'
import { SelectField } from '../fields/Field'
import type { AtDesk } from '../study/StudyPage'
import { ACTIONS } from './actions'
import styles from './AuditTrail.module.css'
import { differences } from './differences'

/** Every fact of the study, the newest first: who, when, what before, what after; and the chain's head. */
export function AuditTrail({ study }: { study: AtDesk }) {
  const { t } = useTranslation()
  const [action, setAction] = useState('')
  const audit = useAudit(study.key, action)
  const options = [['', t('studyAudit.all')] as const, ...ACTIONS.map((one) => [one, t(`studyAudit.action.${one}`)] as const)]
  return (
    <div className={styles.audit} data-testid="audit">
      <header className={styles.head}>
        <h2>{t('studyAudit.title')}</h2>
        <SelectField label={t('studyAudit.filter')} value={action} options={options} onChange={setAction} />
      </header>
      <p className={styles.intro}>{t('studyAudit.intro')}</p>
      {/* The pages come one after the other; the state shown is the first one's. */}
      <Found found={{ ...audit, data: audit.data?.pages } as never}>
        {(pages: NonNullable<typeof audit.data>['pages']) => {
          const entries = pages.flatMap((page) => page.results)
          return (
            <>
              {!action && entries[0] && <Head studyKey={study.key} entry={entries[0]} count={pages[0]?.count ?? 0} />}
              <table className={`${table.table} ${styles.entries}`}>
                <thead>
                  <tr>
                    {(['sequence', 'at', 'actor', 'action', 'what'] as const).map((one) => (
                      <th key={one} scope="col">
                        {t(`studyAudit.column.${one}`)}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {entries.map((one) => (
                    <Entry key={one.sequence} entry={one} />
                  ))}
                </tbody>
              </table>
              {audit.hasNextPage && (
                <Button disabled={audit.isFetchingNextPage} onClick={() => void audit.fetchNextPage()}>
                  {t('studyAudit.older')}
                </Button>
              )}
            </>
          )
        }}
      </Found>
    </div>
  )
}

function Head({ studyKey, entry, count }: { studyKey: string; entry: AuditEntry; count: number }) {
  const { t } = useTranslation()
  return (
    <div className={styles.chain} data-testid="chain-head">
      {t('studyAudit.head', { count, sequence: entry.sequence })} <code>{entry.digest}</code> <CopyButton text={entry.digest} />
      <Verification studyKey={studyKey} />
    </div>
  )
}

/** Whether the chain is whole, found out when asked. */
function Verification({ studyKey }: { studyKey: string }) {
  const { t, i18n } = useTranslation()
  const refusal = useRefusal('studies')
  const verification = useVerification(studyKey)
  const { data, error, isFetching, dataUpdatedAt } = verification
  return (
    <div className={styles.verification} role="status" data-testid="verification" data-whole={data?.whole}>
      <Button disabled={isFetching} onClick={() => void verification.refetch()}>
        {t(isFetching ? 'studyAudit.verifying' : 'studyAudit.verify')}
      </Button>{' '}
      {error && !isFetching && <span className={styles.broken}>{refusal(error)}</span>}
      {data && !error && (
        <span className={data.whole ? undefined : styles.broken}>
          {t(data.whole ? 'studyAudit.whole' : 'studyAudit.notWhole', { entries: data.entries, rows: data.rows, heads: data.heads, findings: data.findings.length, time: localTime(new Date(dataUpdatedAt).toISOString(), i18n.language) })}
        </span>
      )}
      {data && !data.whole && (
        <ul>
          {data.findings.slice(0, 50).map((one) => (
            <li key={`${one.code} ${one.where}`}>
              {one.where}: {one.code}
            </li>
          ))}
        </ul>
      )}
      <p className={styles.muted}>{t('studyAudit.outside')}</p>
    </div>
  )
}

function Entry({ entry }: { entry: AuditEntry }) {
  const { t, i18n } = useTranslation()
  const changes = differences(entry.before, entry.after)
  return (
    <tr>
      <td className={table.number}>{entry.sequence}</td>
      <td title={`${utcTime(entry.at)} UTC`}>{localTime(entry.at, i18n.language)}</td>
      <td>{entry.actor}</td>
      <td>{t(`studyAudit.action.${entry.action}`, { defaultValue: entry.action })}</td>
      <td>
        {entry.target && <span className={styles.target}>{entry.target}</span>} {entry.reason && <em>{entry.reason}</em>}
        {entry.withheld ? (
          <span className={styles.muted}> {t('studyAudit.withheld')}</span>
        ) : (
          changes.length > 0 && (
            <details>
              <summary>{t('studyAudit.changes', { count: changes.length })}</summary>
              <dl className={styles.changes}>
                {changes.map((one) => (
                  <div key={one.path}>
                    <dt>{one.path || '·'}</dt>
                    <dd>
                      {one.before !== undefined && <del>{one.before}</del>} {one.after !== undefined && <ins>{one.after}</ins>}
                    </dd>
                  </div>
                ))}
              </dl>
            </details>
          )
        )}
      </td>
    </tr>
  )
}
