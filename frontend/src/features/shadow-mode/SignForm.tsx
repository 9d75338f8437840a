import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { SignatureRole } from '@/api/types'
import { Button } from '@/shared/ui/Button'
import { useRefusal } from '@/shared/useRefusal'

import { useSign } from './api'
import styles from './ShadowModePage.module.css'

/** One signature: the password once more, and a reason where advice is to be hidden. */
export function SignForm({ role, shown }: { role: SignatureRole; shown: boolean }) {
  const { t } = useTranslation()
  const [password, setPassword] = useState('')
  const [reason, setReason] = useState('')
  const sign = useSign()
  const refusal = useRefusal('shadow')
  const ready = password !== '' && (shown || reason.trim() !== '')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (ready) sign.mutate({ signed_as: role, shown, password, reason: reason.trim() }, { onSettled: () => setPassword('') })
  }
  const name = shown ? `sign-${role}` : 'sign-off'
  return (
    <form className={styles.form} onSubmit={submit} data-testid={name}>
      {!shown && (
        <label className={styles.field}>
          {t('shadow.reason')}
          <input className={styles.input} value={reason} maxLength={2000} onChange={(event) => setReason(event.target.value)} />
        </label>
      )}
      <label className={styles.field}>
        {t('shadow.password')}
        <input className={styles.input} type="password" autoComplete="current-password" value={password} onChange={(event) => setPassword(event.target.value)} />
      </label>
      <Button type="submit" look={shown ? 'primary' : 'plain'} disabled={!ready || sign.isPending}>
        {shown ? t('shadow.sign', { role: t(`session.roles.${role}`) }) : t('shadow.signOff')}
      </Button>
      <p className={styles.problem} role="alert">
        {sign.error && refusal(sign.error)}
      </p>
    </form>
  )
}
