import { useTranslation } from 'react-i18next'

import { Button } from '@/shared/ui/Button'
import { Dialog } from '@/shared/ui/Dialog'

import type { Answers } from './answers'
import { contradiction, type Question } from './form'
import styles from './Dialogs.module.css'
import { FOCUSED } from './focused'

type Props = { form: readonly Question[]; answers: Answers; onMeant: () => void; onChange: () => void }

/** A contradiction is asked about; nothing is corrected. */
export function ContradictionDialog({ form, answers, onMeant, onChange }: Props) {
  const { t } = useTranslation()
  const found = contradiction(form, answers)
  return (
    <Dialog title={t('reading.query.title')} onClose={onChange} testId="contradiction">
      <p>{found ? t(found.yes ? 'reading.query.yes' : 'reading.query.no', { likelihood: found.likelihood }) : t('reading.query.other')}</p>
      <div className={styles.buttons}>
        <Button {...FOCUSED} onClick={onChange}>
          {t('reading.query.change')}
        </Button>
        <Button onClick={onMeant} data-testid="meant">
          {t('reading.query.meant')}
        </Button>
      </div>
    </Dialog>
  )
}
