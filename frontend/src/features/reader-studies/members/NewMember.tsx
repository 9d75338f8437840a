import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { Button } from '@/shared/ui/Button'
import { useRefusal } from '@/shared/useRefusal'
import { useSaid } from '@/shared/useSaid'

import { useAddMember, useMembers, usePeople } from '../api/members'
import type { MemberFacts, Part } from '../api/types'
import { SelectField } from '../fields/Field'
import styles from '../setup/Setup.module.css'
import type { AtDesk } from '../study/StudyPage'
import { FactFields } from './FactFields'
import { factsFor, nameOf, nextAfter, NOTHING } from './facts'

/** Adds somebody who has an account here; who may not take the part is listed with the reason. */
export function NewMember({ study, parts }: { study: AtDesk; parts: readonly [Part, ...Part[]] }) {
  const { t } = useTranslation()
  const said = useSaid()
  const refusal = useRefusal('studies')
  const [part, setPart] = useState<Part>(parts[0])
  const [username, setUsername] = useState('')
  const [facts, setFacts] = useState<MemberFacts>(NOTHING)
  const people = usePeople(study.key, part, '')
  const members = useMembers(study.key)
  const add = useAddMember(study.key)
  const taken = new Set(members.data?.filter((one) => one.part === part && !one.ended_at).map((one) => one.username))
  const free = people.data?.filter((one) => !taken.has(one.username)) ?? []
  const fitting = free.filter((one) => one.fits)
  const chosen = fitting.find((one) => one.username === username)?.username ?? fitting[0]?.username ?? ''
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!chosen) return
    // At once, not when the answer comes: what is typed for the next person meanwhile stays.
    const next = nextAfter(facts)
    setFacts(next)
    add.mutate({ username: chosen, part, ...factsFor(part, facts) }, { onError: () => setFacts((now) => (now === next ? facts : now)) })
  }
  const barred = free.filter((one) => !one.fits)
  return (
    <form className={styles.card} onSubmit={submit} data-testid={`new-${parts[0]}`}>
      <div className={styles.fields}>
        {parts.length > 1 && <SelectField label={t('studyPeople.part')} value={part} options={parts.map((one) => [one, t(`studies.part.${one}`)])} onChange={setPart} />}
        <SelectField
          label={t('studyPeople.person')}
          value={chosen}
          options={fitting.length > 0 ? fitting.map((one) => [one.username, nameOf(one)]) : [['', t('studyPeople.nobody')]]}
          onChange={setUsername}
        />
        <FactFields part={part} facts={facts} onChange={setFacts} />
      </div>
      <div className={styles.actions}>
        <Button type="submit" look="primary" disabled={!chosen || add.isPending}>
          {t('studyPeople.add', { part: t(`studies.part.${part}`) })}
        </Button>
        {add.error && (
          <p className={styles.problem} role="alert">
            {refusal(add.error)}
          </p>
        )}
      </div>
      {barred.length > 0 && (
        <details>
          <summary className={styles.muted}>{t('studyPeople.barred', { count: barred.length })}</summary>
          <ul>
            {barred.map((one) => (
              <li key={one.username}>
                {one.person || one.username}: {said(one.why)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </form>
  )
}
