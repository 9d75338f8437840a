import { useTranslation } from 'react-i18next'

import { useEndMember } from '../api/members'
import type { Member } from '../api/types'
import { ReasonDialog } from './ReasonDialog'

export function EndMemberDialog({ studyKey, member, onClose }: { studyKey: string; member: Member; onClose: () => void }) {
  const { t } = useTranslation()
  const end = useEndMember(studyKey)
  return <ReasonDialog title={t('studyPeople.endOf', { name: member.name })} text={t('studyPeople.endText')} word={t('studyPeople.end')} pending={end.isPending} failure={end.error} onDone={(reason) => end.mutate({ member: member.key, reason }, { onSuccess: onClose })} onClose={onClose} />
}
