import { useTranslation } from 'react-i18next'

import { Button } from '@/shared/ui/Button'

import type { CaseView } from './api'
import styles from './CaseHeader.module.css'

type Props = { view: CaseView; corrects: boolean; onPause: () => void; onHelp: () => void }

/** Where one is: case 7 of 24, and with or without AI where both come in turn. */
export function CaseHeader({ view, corrects, onPause, onHelp }: Props) {
  const { t } = useTranslation()
  const place = { position: view.position, of: view.of }
  const words = corrects ? t('reading.correcting', place) : t(view.practice ? 'reading.practiceCase' : 'reading.case', place)
  return (
    <header className={styles.header}>
      <div>
        <h1 className={styles.title} data-testid="case-place">
          {words}
        </h1>
        {view.stages.length > 1 && (
          <p className={styles.stage} data-testid="stage">
            {t(`reading.stage.${view.stage}`, { step: view.stages.indexOf(view.stage) + 1, of: view.stages.length })}
          </p>
        )}
      </div>
      <div className={styles.buttons}>
        <Button look="quiet" onClick={onPause} title={`${t(corrects ? 'reading.back' : 'reading.pause')} (p)`} data-testid="pause">
          {t(corrects ? 'reading.back' : 'reading.pause')}
        </Button>
        <Button look="quiet" onClick={onHelp} aria-label={t('reading.keys.title')} title={`${t('reading.keys.title')} (?)`}>
          ?
        </Button>
      </div>
    </header>
  )
}
