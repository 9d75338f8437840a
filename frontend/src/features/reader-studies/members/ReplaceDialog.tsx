import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { Button } from '@/shared/ui/Button'
import { Dialog } from '@/shared/ui/Dialog'
import { useSaid } from '@/shared/useSaid'

import { usePeople, useReplace } from '../api/members'
import type { Member, MemberFacts } from '../api/types'
import { SelectField } from '../fields/Field'
import type { AtDesk } from '../study/StudyPage'
import dialog from '../ui/dialog.module.css'
import { FactFields } from './FactFields'
import { factsFor, nameOf, NOTHING } from './facts'
import { ReasonDialog } from './ReasonDialog'

/** Another reader takes this one's place; which of the readings done so far still count is the protocol's rule. */
export function ReplaceDialog({ study, member, onClose }: { study: AtDesk; member: Member; onClose: () => void }) {
  const { t } = useTranslation()
  const said = useSaid()
  const people = usePeople(study.key, 'reader', '')
  const replace = useReplace(study.key)
  const [username, setUsername] = useState('')
  const [facts, setFacts] = useState<MemberFacts>({ ...NOTHING, seniority: member.seniority, site: member.site })
  const fitting = people.data?.filter((one) => one.fits) ?? []
  const chosen = username || fitting[0]?.username || ''
  if (replace.data)
    return (
      <Dialog title={t('studyPeople.replaced', { name: member.name, by: replace.data.member.name })} onClose={onClose}>
        <div className={dialog.form}>
          <p>{said(replace.data.words)}</p>
          <div className={dialog.foot}>
            <Button look="primary" onClick={onClose}>
              {t('shared.close')}
            </Button>
          </div>
        </div>
      </Dialog>
    )
  return (
    <ReasonDialog
      title={t('studyPeople.replaceOf', { name: member.name })}
      text={t(`studyPeople.replaceText.${study.desk.protocol.rules.replaced_reader}`)}
      word={t('studyPeople.replaceNow')}
      pending={replace.isPending || !chosen}
      failure={replace.error}
      onDone={(reason) => replace.mutate({ member: member.key, username: chosen, reason, ...factsFor('reader', facts) })}
      onClose={onClose}
    >
      <SelectField label={t('studyPeople.person')} value={chosen} options={fitting.length > 0 ? fitting.map((one) => [one.username, nameOf(one)]) : [['', t('studyPeople.nobody')]]} onChange={setUsername} />
      <FactFields part="reader" facts={facts} onChange={setFacts} />
    </ReasonDialog>
  )
}
