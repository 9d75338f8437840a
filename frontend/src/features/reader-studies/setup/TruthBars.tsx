import { useTranslation } from 'react-i18next'

import type { Counts } from '../api/types'
import type { Targets } from '../protocol/types'
import { Meter } from '../ui/Meter'
import styles from './Setup.module.css'

/** Included cases by truth, against what is wanted where that is said. */
export function TruthBars({ counts, targets }: { counts: Counts; targets: Targets }) {
  const { t } = useTranslation()
  return (
    <div className={styles.truths} data-testid="truth-bars">
      {(['positive', 'negative'] as const).map((truth) => {
        const words = t(`studyCases.truth.${truth}`)
        return targets[truth] > 0 ? (
          <Meter key={truth} done={counts[truth]} total={targets[truth]} label={t('studyCases.ofTarget', { words, have: counts[truth], want: targets[truth] })} />
        ) : (
          <span key={truth}>{t('studyCases.have', { words, have: counts[truth] })}</span>
        )
      })}
      {counts.unknown > 0 && <span>{t('studyCases.have', { words: t('studyCases.truth.unknown'), have: counts.unknown })}</span>}
      {counts.practice > 0 && <span className={styles.muted}>{t('studyCases.have', { words: t('studyCases.practice'), have: counts.practice })}</span>}
      {counts.excluded > 0 && <span className={styles.muted}>{t('studyCases.have', { words: t('studyCases.excluded'), have: counts.excluded })}</span>}
    </div>
  )
}
