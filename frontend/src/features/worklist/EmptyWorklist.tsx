import { useTranslation } from 'react-i18next'

import type { Demo } from '@/api/types'
import { DemoProgress } from '@/features/status/DemoProgress'
import { Button } from '@/shared/ui/Button'
import notice from '@/shared/ui/Notice.module.css'

type Props = { filtered: boolean; studies: number; demo: Demo | null; onClear: () => void; onTakeIn: () => void }

/** Nothing to list: what would fill it and how, or which filter hides it. */
export function EmptyWorklist({ filtered, studies, demo, onClear, onTakeIn }: Props) {
  const { t } = useTranslation()
  if (filtered && studies > 0) {
    return (
      <div className={notice.notice} data-testid="worklist-empty">
        <h2>{t('worklist.empty.filtered')}</h2>
        <p>{t('worklist.empty.filteredHow', { studies })}</p>
        <Button onClick={onClear}>{t('worklist.filter.clear')}</Button>
      </div>
    )
  }
  return (
    <div className={notice.notice} data-testid="worklist-empty">
      <h2>{t('worklist.empty.title')}</h2>
      <p>{t('worklist.empty.how')}</p>
      <Button onClick={onTakeIn}>{t('worklist.keys.takeIn')}</Button>
      {demo?.preparing && <DemoProgress demo={demo} />}
    </div>
  )
}
