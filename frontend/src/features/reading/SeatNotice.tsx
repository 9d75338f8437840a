import { useTranslation } from 'react-i18next'

import { Button } from '@/shared/ui/Button'
import notice from '@/shared/ui/Notice.module.css'

type Props = { onTake: () => void; onLeave: () => void; problem: string | undefined }

/** Another tab or machine reads this case: this one may take over, and the other is told. */
export function SeatNotice({ onTake, onLeave, problem }: Props) {
  const { t } = useTranslation()
  return (
    <main className={notice.notice} role="alert" data-testid="seat-taken">
      <h1>{t('reading.seat.title')}</h1>
      <p>{t('reading.seat.text')}</p>
      {problem && <p>{problem}</p>}
      <Button look="primary" onClick={onTake} data-testid="take-over">
        {t('reading.seat.take')}
      </Button>{' '}
      <Button onClick={onLeave}>{t('reading.seat.leave')}</Button>
    </main>
  )
}
