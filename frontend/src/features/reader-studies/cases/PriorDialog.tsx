import { useTranslation } from 'react-i18next'

import { Button } from '@/shared/ui/Button'
import { Dialog } from '@/shared/ui/Dialog'
import { Found } from '@/shared/ui/Page'

import { useCase, useChangeCase } from '../api/cases'
import type { StudyCase } from '../api/types'
import dialog from '../ui/dialog.module.css'

/** Which earlier examination of the same patient a reader sees beside the case. */
export function PriorDialog({ studyKey, one, onClose }: { studyKey: string; one: StudyCase; onClose: () => void }) {
  const { t } = useTranslation()
  const detail = useCase(studyKey, one.key)
  const change = useChangeCase(studyKey)
  const choose = (prior: string | null) => change.mutate({ one: one.key, prior }, { onSuccess: onClose })
  return (
    <Dialog title={t('studyCases.priorOf', { number: one.number })} onClose={onClose}>
      <div className={dialog.form}>
        <Found found={detail}>
          {({ earlier }) => (
            <ul>
              {earlier.length === 0 && <li className={dialog.muted}>{t('studyCases.noEarlier')}</li>}
              {earlier.map((examination) => (
                <li key={examination.uid}>
                  <Button onClick={() => choose(examination.uid)}>
                    {examination.study_date ?? examination.uid} · {examination.sequences.join(' ')}
                  </Button>
                </li>
              ))}
            </ul>
          )}
        </Found>
        <div className={dialog.foot}>
          {change.error && (
            <p className={dialog.problem} role="alert">
              {change.error.message}
            </p>
          )}
          {one.prior && <Button onClick={() => choose(null)}>{t('studyCases.noPrior')}</Button>}
        </div>
      </div>
    </Dialog>
  )
}
