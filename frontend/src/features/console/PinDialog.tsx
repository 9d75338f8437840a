import { type FormEvent, type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { Examination } from '@/api/types'
import { Dialog } from '@/shared/ui/Dialog'

import { ByPin, isPinned, type Person, type Pinned } from './ByPin'
import { Problem } from './Problem'
import styles from './Dialogs.module.css'

type Props = {
  examination: Examination
  /** What the button says that ends it. */
  words: string
  /** Whether everything but the person is there. */
  ready: boolean
  pending: boolean
  error: Error | null
  onSubmit: (person: Person, then: { onSuccess: () => void; onError: () => void }) => void
  onClose: () => void
  children: ReactNode
}

/** What a named person answers for by PIN; after a refusal the PIN is asked for again. */
export function PinDialog({ examination, words, ready, pending, error, onSubmit, onClose, children }: Props) {
  const { t } = useTranslation()
  const [who, setWho] = useState<Pinned>({ person: null, pin: '' })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (ready && isPinned(who)) onSubmit(who, { onSuccess: onClose, onError: () => setWho({ ...who, pin: '' }) })
  }
  return (
    <Dialog title={`${examination.accession_number}  ${examination.initials}`} onClose={onClose} testId="console-dialog" large>
      <form className={styles.form} onSubmit={submit}>
        {children}
        <ByPin value={who} onChange={setWho} />
        <Problem error={error} />
        <div className={styles.actions}>
          <button type="submit" className={styles.primary} disabled={!ready || !isPinned(who) || pending} data-testid="console-submit">
            {words}
          </button>
          <button type="button" className={styles.button} onClick={onClose}>
            {t('shared.cancel')}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
