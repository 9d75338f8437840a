import { useTranslation } from 'react-i18next'

import { useSaid } from '@/shared/useSaid'

import { useWaive } from '../api/members'
import type { Conflict, Member } from '../api/types'
import { ReasonDialog } from './ReasonDialog'

/** Let somebody read in spite of what stands against it; the reason is kept with the study and its reports. */
export function WaiveDialog({ studyKey, member, conflict, onClose }: { studyKey: string; member: Member; conflict: Conflict; onClose: () => void }) {
  const { t } = useTranslation()
  const said = useSaid()
  const waive = useWaive(studyKey)
  const give = (reason: string) => waive.mutate({ username: member.username, case: conflict.case, ground: conflict.ground, reason }, { onSuccess: onClose })
  return (
    <ReasonDialog title={t('studyPeople.waiveOf', { name: member.name })} text={said(conflict.detail)} word={t('studyPeople.waiveNow')} pending={waive.isPending} failure={waive.error} onDone={give} onClose={onClose}>
      <p>{t('studyPeople.waiveText')}</p>
    </ReasonDialog>
  )
}
