import { type FormEvent, type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { Button } from '@/shared/ui/Button'
import { Dialog } from '@/shared/ui/Dialog'
import { useRefusal } from '@/shared/useRefusal'

import { TextField } from '../fields/Field'
import dialog from '../ui/dialog.module.css'

type Props = { title: string; text?: string; word: string; pending: boolean; failure: Error | null; onDone: (reason: string) => void; onClose: () => void; children?: ReactNode }

/** Something that needs a reason and no signature. */
export function ReasonDialog({ title, text, word, pending, failure, onDone, onClose, children }: Props) {
  const { t } = useTranslation()
  const refusal = useRefusal('studies')
  const [reason, setReason] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (reason.trim()) onDone(reason.trim())
  }
  return (
    <Dialog title={title} onClose={onClose} testId="reason-dialog">
      <form className={dialog.form} onSubmit={submit}>
        {text && <p>{text}</p>}
        {children}
        <TextField label={t('studies.reason')} value={reason} rows={2} maxLength={2000} wide onChange={setReason} />
        <div className={dialog.foot}>
          {failure && (
            <p className={dialog.problem} role="alert">
              {refusal(failure)}
            </p>
          )}
          <Button onClick={onClose}>{t('shared.cancel')}</Button>
          <Button type="submit" look="primary" disabled={pending || reason.trim() === ''}>
            {word}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
