import { type ReactNode, useEffect, useId, useRef } from 'react'
import { useTranslation } from 'react-i18next'

import { Button } from './Button'
import styles from './Dialog.module.css'

type Props = { title: string; onClose: () => void; children: ReactNode; testId?: string; large?: boolean }

/** A modal dialog: focus moves in and comes back, Escape closes, nothing behind it reacts. `large`: for the console, read from afar. */
export function Dialog({ title, onClose, children, testId, large = false }: Props) {
  const { t } = useTranslation()
  const dialog = useRef<HTMLDialogElement>(null)
  const heading = useId()
  useEffect(() => {
    const element = dialog.current
    const before = document.activeElement
    if (element && !element.open && typeof element.showModal === 'function') element.showModal()
    else element?.setAttribute('open', '')
    return () => {
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])
  return (
    <dialog ref={dialog} className={large ? `${styles.dialog} ${styles.large}` : styles.dialog} aria-labelledby={heading} onClose={onClose} data-testid={testId}>
      <header className={styles.header}>
        <h2 id={heading}>{title}</h2>
        <Button look="quiet" aria-label={t('shared.close')} onClick={onClose}>
          ×
        </Button>
      </header>
      {children}
    </dialog>
  )
}
