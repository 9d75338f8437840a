import { useTranslation } from 'react-i18next'

import type { Tier } from '@/api/types'
import { tierLook } from '@/shared/tier'

import styles from './TierMark.module.css'

/** Mark and word of a tier; stripes where there is none or its advice is withheld. The sentence behind it is the title. */
export function TierMark({ tier, withheld, note }: { tier: Tier | null; withheld?: boolean; note?: string }) {
  const { t } = useTranslation()
  const look = tierLook(tier)
  const title = [t(look.meaning), note].filter(Boolean).join('\n')
  const striped = look.key === 'none' ? styles.none : withheld ? styles.withheld : ''
  return (
    <span className={`${styles.tier} ${striped}`} data-tier={look.key} title={title} style={{ color: look.colour }}>
      <span className={styles.mark} aria-hidden="true">
        {look.key === 'none' ? '' : look.mark}
      </span>
      <span className={styles.word}>{t(look.word)}</span>
    </span>
  )
}
