import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { ShownImages } from '@/features/blinded-images/types'

import type { CaseView } from './api'
import styles from './LookTabs.module.css'
import { useDistance } from './useDistance'

export interface Look {
  view: CaseView
  /** Of the comparison that stands beside the case. */
  chosen: string | undefined
  shown: ShownImages
  choose: (key: string | undefined) => void
  /** The next comparison, and after the last the case alone. */
  next: () => void
}

/** The case alone, or with one of the patient's other examinations below it. */
export function useLook(view: CaseView): Look {
  const [chosen, choose] = useState<string>()
  const comparison = view.comparisons.find(({ key }) => key === chosen)
  const images = comparison?.images ?? view.images
  const shown = useMemo(() => ({ ...images, heatmaps: [], comparison: comparison !== undefined }), [images, comparison])
  const keys = [undefined, ...view.comparisons.map(({ key }) => key)]
  return { view, chosen, shown, choose, next: () => choose(keys[(keys.indexOf(chosen) + 1) % keys.length]) }
}

/** What stands on the images' side; nothing where the patient was examined once. */
export function LookTabs({ look }: { look: Look }) {
  const { t } = useTranslation()
  const distance = useDistance()
  const { view, chosen, choose } = look
  if (view.comparisons.length === 0) return <span />
  return (
    <div className={styles.tabs} role="toolbar" aria-label={t('tagging.look.label')}>
      <button type="button" className={styles.tab} aria-pressed={chosen === undefined} onClick={() => choose(undefined)}>
        {t('tagging.look.case')}
      </button>
      {view.comparisons.map(({ key, days }) => (
        <button key={key} type="button" className={styles.tab} aria-pressed={chosen === key} onClick={() => choose(key)} data-testid="comparison">
          + {distance(days)}
        </button>
      ))}
      <kbd className={styles.kbd}>v</kbd>
    </div>
  )
}
