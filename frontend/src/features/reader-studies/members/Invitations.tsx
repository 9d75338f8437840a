import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { localTime } from '@/shared/ages'
import { Button } from '@/shared/ui/Button'
import { CopyButton } from '@/shared/ui/Failed'
import { Found } from '@/shared/ui/Page'
import table from '@/shared/ui/Table.module.css'
import { useRefusal } from '@/shared/useRefusal'

import { useInvitations, useInvite, useRevoke } from '../api/members'
import type { MemberFacts, Part } from '../api/types'
import { SelectField, TextField } from '../fields/Field'
import styles from '../setup/Setup.module.css'
import type { AtDesk } from '../study/StudyPage'
import { FactFields } from './FactFields'
import { factsFor, NOTHING } from './facts'

const PARTS: readonly Part[] = ['reader', 'tagger', 'coder', 'adjudicator', 'deputy']

/** Who was asked by e-mail; where no mail is sent, the link to pass on is shown once. */
export function Invitations({ study }: { study: AtDesk }) {
  const { t, i18n } = useTranslation()
  const invitations = useInvitations(study.key)
  const revoke = useRevoke(study.key)
  return (
    <>
      <Found found={invitations}>
        {(all) =>
          all.length > 0 && (
            <table className={table.table} data-testid="invitations">
              <tbody>
                {all.map((one) => (
                  <tr key={one.id}>
                    <th scope="row">{one.email}</th>
                    <td>{t(`studies.part.${one.part}`)}</td>
                    <td>{t(`studyPeople.standing.${one.standing}`, { time: localTime(one.expires_at, i18n.language) })}</td>
                    <td>
                      {one.standing === 'open' && (
                        <Button look="quiet" onClick={() => revoke.mutate(one.id)}>
                          {t('studyPeople.revoke')}
                        </Button>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Found>
      <Invite study={study} />
    </>
  )
}

function Invite({ study }: { study: AtDesk }) {
  const { t } = useTranslation()
  const refusal = useRefusal('studies')
  const [email, setEmail] = useState('')
  const [part, setPart] = useState<Part>('reader')
  const [facts, setFacts] = useState<MemberFacts>(NOTHING)
  const invite = useInvite(study.key)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    invite.mutate({ email: email.trim(), part, ...factsFor(part, facts) }, { onSuccess: () => setEmail('') })
  }
  const made = invite.data
  return (
    <form className={styles.card} onSubmit={submit} data-testid="invite">
      <div className={styles.fields}>
        <TextField label={t('studyPeople.email')} type="email" value={email} maxLength={254} onChange={setEmail} />
        <SelectField label={t('studyPeople.part')} value={part} options={PARTS.map((one) => [one, t(`studies.part.${one}`)])} onChange={setPart} />
        <FactFields part={part} facts={facts} onChange={setFacts} />
      </div>
      <div className={styles.actions}>
        <Button type="submit" disabled={!email.includes('@') || invite.isPending}>
          {t('studyPeople.invite')}
        </Button>
        {invite.error && (
          <p className={styles.problem} role="alert">
            {refusal(invite.error)}
          </p>
        )}
        {made?.sent && <p role="status">{t('studyPeople.sent', { email: made.email })}</p>}
        {made?.link && (
          <p role="status" data-testid="invitation-link">
            {t('studyPeople.link', { email: made.email })} <code>{made.link}</code> <CopyButton text={made.link} />
          </p>
        )}
      </div>
    </form>
  )
}
