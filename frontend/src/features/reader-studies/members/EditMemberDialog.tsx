import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { Button } from '@/shared/ui/Button'
import { Dialog } from '@/shared/ui/Dialog'
import { useRefusal } from '@/shared/useRefusal'

import { useChangeMember } from '../api/members'
import type { Member, MemberFacts } from '../api/types'
import dialog from '../ui/dialog.module.css'
import { FactFields } from './FactFields'

export function EditMemberDialog({ studyKey, member, onClose }: { studyKey: string; member: Member; onClose: () => void }) {
  const { t } = useTranslation()
  const refusal = useRefusal('studies')
  const [facts, setFacts] = useState<MemberFacts>({ name: member.name, seniority: member.seniority, years: member.years, site: member.site, chair: member.chair })
  const change = useChangeMember(studyKey)
  // What is not of this part is not sent: the server takes no seniority of a coder.
  const own = { name: facts.name.trim(), ...(member.part === 'reader' ? { seniority: facts.seniority, years: facts.years, site: facts.site.trim() } : {}), ...(member.part === 'tagger' ? { chair: facts.chair } : {}) }
  return (
    <Dialog title={t('studyPeople.editOf', { name: member.name })} onClose={onClose}>
      <div className={dialog.form}>
        <FactFields part={member.part} facts={facts} onChange={setFacts} />
        <div className={dialog.foot}>
          {change.error && (
            <p className={dialog.problem} role="alert">
              {refusal(change.error)}
            </p>
          )}
          <Button onClick={onClose}>{t('shared.cancel')}</Button>
          <Button look="primary" disabled={change.isPending || own.name === ''} onClick={() => change.mutate({ member: member.key, ...own }, { onSuccess: onClose })}>
            {t('studies.save')}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
