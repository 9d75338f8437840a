import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { Button } from '@/shared/ui/Button'
import { Dialog } from '@/shared/ui/Dialog'

import type { Exclusion } from '../api/types'
import { RadioCards, TextField } from '../fields/Field'
import dialog from '../ui/dialog.module.css'

export const EXCLUSIONS: readonly Exclusion[] = ['image_quality', 'unconfirmed', 'other_tumour', 'surgery', 'other']

/** Why examinations are left out: one of the paper's four reasons, or another one in words. It goes into the flow diagram. */
export function ExclusionDialog({ count, onExclude, onClose }: { count: number; onExclude: (exclusion: Exclusion, reason: string) => void; onClose: () => void }) {
  const { t } = useTranslation()
  const [exclusion, setExclusion] = useState<Exclusion>('image_quality')
  const [reason, setReason] = useState('')
  const ready = exclusion !== 'other' || reason.trim() !== ''
  return (
    <Dialog title={t('studyCases.leaveOutTitle', { count })} onClose={onClose} testId="exclusion-dialog">
      <div className={dialog.form}>
        <RadioCards legend={t('studies.reason')} value={exclusion} onChange={setExclusion} options={EXCLUSIONS.map((value) => ({ value, label: t(`studyCases.flow.exclusion.${value}`) }))} />
        <TextField label={t('studyCases.reasonWords')} hint={t('studyCases.reasonHint')} value={reason} maxLength={2000} wide onChange={setReason} />
        <div className={dialog.foot}>
          <Button onClick={onClose}>{t('shared.cancel')}</Button>
          <Button look="primary" disabled={!ready} onClick={() => onExclude(exclusion, reason.trim())}>
            {t('studyCases.leaveOut')}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
