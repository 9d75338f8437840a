import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Navigate, useSearchParams } from 'react-router'

import { ApiError, UNREACHABLE } from '@/api/client'
import { Button } from '@/shared/ui/Button'
import { Brand } from '@/shared/ui/Brand'

import { useSession, useSignIn } from './api'
import { LanguageSwitch } from './LanguageSwitch'
import { safeNext } from './next'
import styles from './SignInPage.module.css'

export function SignInPage() {
  const { t } = useTranslation()
  const [search] = useSearchParams()
  const session = useSession()
  const signIn = useSignIn()
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  if (session.data) return <Navigate to={safeNext(search.get('next'), window.location.origin)} replace />
  const submit = (event: FormEvent) => {
    event.preventDefault()
    signIn.mutate({ username, password }, { onError: () => setPassword('') })
  }
  return (
    <main className={styles.page}>
      <form className={styles.form} onSubmit={submit}>
        <header className={styles.header}>
          <Brand />
          <LanguageSwitch />
        </header>
        <h1>{t('session.title')}</h1>
        <p className={styles.intro}>{t('session.intro')}</p>
        <label className={styles.field}>
          {t('session.username')}
          <input name="username" autoComplete="username" autoFocus required value={username} onChange={(event) => setUsername(event.target.value)} />
        </label>
        <label className={styles.field}>
          {t('session.password')}
          <input name="password" type="password" autoComplete="current-password" required value={password} onChange={(event) => setPassword(event.target.value)} />
        </label>
        <p className={styles.error} role="alert">
          {signIn.error && (isSilent(signIn.error) ? t('session.unreachable') : signIn.error.message)}
        </p>
        <Button type="submit" look="primary" className={styles.submit} disabled={signIn.isPending}>
          {signIn.isPending ? t('session.submitting') : t('session.submit')}
        </Button>
        <p className={styles.note}>{t('session.research')}</p>
        <p className={styles.note}>{t('session.demo')}</p>
      </form>
    </main>
  )
}

function isSilent(error: Error): boolean {
  return error instanceof ApiError && error.code === UNREACHABLE
}
