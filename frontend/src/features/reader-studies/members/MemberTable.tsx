import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { Button } from '@/shared/ui/Button'
import { Found } from '@/shared/ui/Page'
import table from '@/shared/ui/Table.module.css'
import { useSaid } from '@/shared/useSaid'

import { useMembers } from '../api/members'
import type { Conflict, Member, Part } from '../api/types'
import styles from '../setup/Setup.module.css'
import type { AtDesk } from '../study/StudyPage'
import { EditMemberDialog } from './EditMemberDialog'
import { EndMemberDialog } from './EndMemberDialog'
import { ReplaceDialog } from './ReplaceDialog'
import { WaiveDialog } from './WaiveDialog'

type Asking = { what: 'edit' | 'end' | 'replace'; member: Member } | { what: 'waive'; member: Member; conflict: Conflict } | null

/** Members of these parts, with what is fixed as data of them and what stands against their reading. */
export function MemberTable({ study, parts }: { study: AtDesk; parts: readonly Part[] }) {
  const { t } = useTranslation()
  const members = useMembers(study.key)
  const [asking, setAsking] = useState<Asking>(null)
  const close = () => setAsking(null)
  const readers = parts[0] === 'reader'
  return (
    <Found found={members}>
      {(all) => {
        const shown = all.filter((one) => parts.includes(one.part))
        if (shown.length === 0) return <p className={styles.muted}>{t('studyPeople.none')}</p>
        return (
          <>
            <table className={table.table} data-testid={`members-${parts[0]}`}>
              <thead>
                <tr>
                  {(readers ? (['name', 'person', 'seniority', 'years', 'site', 'conflicts'] as const) : (['name', 'person', 'part', 'conflicts'] as const)).map((one) => (
                    <th key={one} scope="col">
                      {t(`studyPeople.${one}`)}
                    </th>
                  ))}
                  <th scope="col">
                    <span className="visually-hidden">{t('studyCases.column.change')}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {shown.map((one) => (
                  <Row key={one.key} member={one} study={study} readers={readers} onAsk={setAsking} />
                ))}
              </tbody>
            </table>
            {asking?.what === 'edit' && <EditMemberDialog studyKey={study.key} member={asking.member} onClose={close} />}
            {asking?.what === 'end' && <EndMemberDialog studyKey={study.key} member={asking.member} onClose={close} />}
            {asking?.what === 'replace' && <ReplaceDialog study={study} member={asking.member} onClose={close} />}
            {asking?.what === 'waive' && <WaiveDialog studyKey={study.key} member={asking.member} conflict={asking.conflict} onClose={close} />}
          </>
        )
      }}
    </Found>
  )
}

type RowProps = { member: Member; study: AtDesk; readers: boolean; onAsk: (asking: Asking) => void }

function Row({ member, study, readers, onAsk }: RowProps) {
  const { t } = useTranslation()
  const drafted = study.state === 'draft' || study.state === 'checked'
  const canReplace = readers && !drafted && study.state === 'open' && !member.ended_at
  return (
    <tr className={member.ended_at ? styles.barred : undefined} data-testid="member">
      <th scope="row">
        {member.name}
        {member.simulated && ` · ${t('studyPeople.simulated')}`}
        {member.ended_at && ` · ${t('studyPeople.ended', { reason: member.ended_reason })}`}
      </th>
      <td>{member.person || member.username || '—'}</td>
      {readers ? (
        <>
          <td>{member.seniority && t(`studies.seniority.${member.seniority}`)}</td>
          <td className={table.number}>{member.years ?? '—'}</td>
          <td>{member.site || '—'}</td>
        </>
      ) : (
        <td>
          {t(`studies.part.${member.part}`)}
          {member.chair && `, ${t(`studies.chair.${member.chair}`)}`}
        </td>
      )}
      <td>
        <Conflicts member={member} onWaive={(conflict) => onAsk({ what: 'waive', member, conflict })} />
      </td>
      <td>
        {!member.ended_at && (
          <>
            {(drafted || !readers) && member.part !== 'investigator' && (
              <Button look="quiet" aria-label={t('studyPeople.editOf', { name: member.name })} onClick={() => onAsk({ what: 'edit', member })}>
                {t('studyPeople.edit')}
              </Button>
            )}
            {canReplace && (
              <Button look="quiet" onClick={() => onAsk({ what: 'replace', member })}>
                {t('studyPeople.replace')}
              </Button>
            )}
            {(drafted || !readers) && member.part !== 'investigator' && (
              <Button look="quiet" aria-label={t('studyPeople.endOf', { name: member.name })} onClick={() => onAsk({ what: 'end', member })}>
                ×
              </Button>
            )}
          </>
        )}
      </td>
    </tr>
  )
}

function Conflicts({ member, onWaive }: { member: Member; onWaive: (conflict: Conflict) => void }) {
  const { t } = useTranslation()
  const said = useSaid()
  if (member.conflicts.length === 0) return <>—</>
  return (
    <ul>
      {member.conflicts.map((one) => (
        <li key={`${one.ground} ${one.case ?? ''}`}>
          <span title={said(one.detail)}>
            {t(`studyPeople.ground.${one.ground}`)}
            {one.number !== null && ` (${t('studyPeople.caseNumber', { number: one.number })})`}
          </span>{' '}
          {one.waived ? (
            <span className={styles.muted}>{t('studyPeople.waived')}</span>
          ) : (
            <Button look="quiet" onClick={() => onWaive(one)}>
              {t('studyPeople.waive')}
            </Button>
          )}
        </li>
      ))}
    </ul>
  )
}
