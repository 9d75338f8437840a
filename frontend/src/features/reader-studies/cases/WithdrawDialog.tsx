import { useTranslation } from 'react-i18next'

import { useSaid } from '@/shared/useSaid'

import { useCase, useWithdraw } from '../api/cases'
import type { StudyCase } from '../api/types'
import { SignDialog } from '../sign/SignDialog'

/** Take a case out of an open study; what becomes of its readings is decided by the protocol, and said before one signs. */
export function WithdrawDialog({ studyKey, one, onClose }: { studyKey: string; one: StudyCase; onClose: () => void }) {
  const { t } = useTranslation()
  const said = useSaid()
  const detail = useCase(studyKey, one.key)
  const withdraw = useWithdraw(studyKey)
  return (
    <SignDialog
      title={t('studyCases.withdrawTitle', { number: one.number })}
      statement={[t('studyCases.withdrawStatement', { number: one.number }), detail.data?.withdrawal && said(detail.data.withdrawal.words)].filter(Boolean).join(' ')}
      reasonNeeded
      word={t('studyCases.withdrawSign')}
      pending={withdraw.isPending}
      failure={withdraw.error}
      onSign={({ password, reason }) => withdraw.mutate({ one: one.key, password, reason }, { onSuccess: onClose })}
      onClose={onClose}
    />
  )
}
