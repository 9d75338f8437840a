import { useTranslation } from 'react-i18next'

import { Button } from '@/shared/ui/Button'

import type { CaseView, Submitted } from './api'
import styles from './CaseRoom.module.css'

type Props = { receipt: Submitted; view: CaseView; final: boolean; problem: string | undefined; onNext: () => void; onPause: () => void }

/** Between cases: nothing to see, nothing is timed. */
export function CaseLocked({ receipt, view, final, problem, onNext, onPause }: Props) {
  const { t, i18n } = useTranslation()
  const time = new Date(receipt.submitted_at).toLocaleTimeString(i18n.language, { hour12: false })
  return (
    <main className={styles.between} data-testid="case-locked">
      <h1>{t(view.practice ? 'reading.lockedPractice' : final ? 'reading.locked' : 'reading.answered', { position: view.position, time })}</h1>
      {problem && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
      <div className={styles.betweenButtons}>
        <Button look="primary" autoFocus onClick={onNext} data-testid="next-case">
          {t('reading.next')} <kbd className={styles.kbd}>Enter</kbd>
        </Button>
        <Button onClick={onPause}>{t('reading.pause')}</Button>
      </div>
    </main>
  )
}
