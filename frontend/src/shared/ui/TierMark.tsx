import { useTranslation } from 'react-i18next'

import type { Tier } from '@/api/types'
import { tierLook, tierSentence } from '@/shared/tier'

import styles from './TierMark.module.css'

type Props = { tier: Tier | null; final: string | null; withheld?: boolean; note?: string }

/** Mark and word of a tier; stripes where there is none or its advice is withheld. What is advised, or that nothing is, is the title. */
export function TierMark({ tier, final, withheld, note }: Props) {
  const { t } = useTranslation()
  const look = tierLook(tier)
  const title = [t(withheld ? 'shared.tierMeaning.none' : tierSentence({ tier, final })), note].filter(Boolean).join('\n')
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
