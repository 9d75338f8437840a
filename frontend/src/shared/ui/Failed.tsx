import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { ApiError, UNREACHABLE } from '@/api/client'

import { useSaid } from '../useSaid'
import { Button } from './Button'
import styles from './Notice.module.css'

/** The failed state of a view: what happened, what is safe, what to do, and a reference to copy. */
export function Failed({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  const { t } = useTranslation()
  const said = useSaid()
  const { words, reference } = describe(error)
  return (
    <div className={styles.notice} role="alert">
      <h2 className={styles.errorTitle}>{t('shared.failed.title')}</h2>
      <p>{t(words)}</p>
      {error.message && words !== 'shared.failed.unreachable' && <p className={styles.detail}>{said(error.message)}</p>}
      {reference && <CopyableReference reference={reference} />}
      {onRetry && <Button onClick={onRetry}>{t('shared.failed.retry')}</Button>}
    </div>
  )
}

export function CopyableReference({ reference }: { reference: string }) {
  const { t } = useTranslation()
  return (
    <p className={styles.reference}>
      {t('shared.failed.reference')} <code>{reference}</code> <CopyButton text={reference} />
    </p>
  )
}

export function CopyButton({ text, label }: { text: string; label?: string }) {
  const { t } = useTranslation()
  const [copied, setCopied] = useState(false)
  const copy = () => void navigator.clipboard.writeText(text).then(() => setCopied(true))
  return (
    <Button look="quiet" onClick={copy}>
      {copied ? t('shared.failed.copied') : (label ?? t('shared.failed.copy'))}
    </Button>
  )
}

function describe(error: Error): { words: string; reference: string | null } {
  if (!(error instanceof ApiError)) return { words: 'shared.failed.server', reference: null }
  if (error.code === UNREACHABLE) return { words: 'shared.failed.unreachable', reference: null }
  if (error.status === 404) return { words: 'shared.failed.missing', reference: error.reference }
  if (error.status === 403) return { words: 'shared.failed.refused', reference: error.reference }
  return { words: 'shared.failed.server', reference: error.reference }
}
