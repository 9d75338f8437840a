import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { localTime, utcTime } from '@/shared/ages'
import { Button } from '@/shared/ui/Button'
import { CopyButton } from '@/shared/ui/Failed'
import { Found } from '@/shared/ui/Page'
import table from '@/shared/ui/Table.module.css'

import { useAudit } from '../api/studies'
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
              {!action && entries[0] && <Head entry={entries[0]} count={pages[0]?.count ?? 0} />}
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

function Head({ entry, count }: { entry: AuditEntry; count: number }) {
  const { t } = useTranslation()
  return (
    <p className={styles.chain} data-testid="chain-head">
      {t('studyAudit.head', { count, sequence: entry.sequence })} <code>{entry.digest}</code> <CopyButton text={entry.digest} />
      <br />
      {t('studyAudit.verify')} <code>manage.py verify_audit</code>
    </p>
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
