import { type FormEvent, type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { Button } from '@/shared/ui/Button'
import { Dialog } from '@/shared/ui/Dialog'
import { useRefusal } from '@/shared/useRefusal'
import { useSaid } from '@/shared/useSaid'

import { TextField } from '../fields/Field'
import dialog from '../ui/dialog.module.css'

type Props = {
  title: string
  statement: string
  warnings?: readonly string[]
  reasonNeeded: boolean
  word: string
  pending: boolean
  failure: Error | null
  onSign: (signed: { password: string; reason: string }) => void
  onClose: () => void
  children?: ReactNode
}

/** One signature: what is signed in words, what to know before, a reason where one is due, and the password once more. */
export function SignDialog({ title, statement, warnings = [], reasonNeeded, word, pending, failure, onSign, onClose, children }: Props) {
  const { t } = useTranslation()
  const said = useSaid()
  const refusal = useRefusal('studies')
  const [password, setPassword] = useState('')
  const [reason, setReason] = useState('')
  const ready = password !== '' && (!reasonNeeded || reason.trim() !== '') && !pending
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!ready) return
    onSign({ password, reason: reason.trim() })
    setPassword('')
  }
  return (
    <Dialog title={title} onClose={onClose} testId="sign-dialog">
      <form className={dialog.form} onSubmit={submit}>
        {children}
        {warnings.map((one) => (
          <p key={one} className={dialog.warning}>
            {said(one)}
          </p>
        ))}
        <p className={dialog.muted}>{t('studySign.meaning')}</p>
        <blockquote className={dialog.statement}>{said(statement)}</blockquote>
        <TextField label={t(reasonNeeded ? 'studies.reason' : 'studySign.remark')} value={reason} rows={2} maxLength={2000} wide onChange={setReason} />
        <TextField label={t('studySign.password')} type="password" autoComplete="current-password" value={password} onChange={setPassword} />
        <div className={dialog.foot}>
          {failure && (
            <p className={dialog.problem} role="alert">
              {refusal(failure)}
            </p>
          )}
          <Button onClick={onClose}>{t('shared.cancel')}</Button>
          <Button type="submit" look="primary" disabled={!ready}>
            {pending ? t('studySign.pending') : word}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
