import { useTranslation } from 'react-i18next'

import { tierLook, tierSentence } from '@/shared/tier'
import { TierMark } from '@/shared/ui/TierMark'
import { useShortReason } from '@/shared/useReason'
import { useSaid } from '@/shared/useSaid'

import type { ViewerResult } from '../api/queries'
import styles from './TierStatement.module.css'

/** The computed tier with its mark, and what is advised; where advice is withheld, that and why, on stripes. */
export function TierStatement({ result }: { result: ViewerResult }) {
  const { t } = useTranslation()
  const said = useSaid()
  const short = useShortReason()
  const { advice, tier, state } = result
  const look = tierLook(tier)
  const open = state === 'queued' || state === 'running' || state === 'waiting'
  const reason = said(advice.reason || result.reason)
  // Series by series and in full it stands beside the images (WithheldSection).
  const words = tier === null ? reason : short(advice.reason)
  return (
    <p className={`${styles.statement} ${advice.given ? '' : styles.withheld}`} data-testid="tier" data-tier={look.key} aria-live="polite">
      <TierMark tier={tier} final={result.final} withheld={tier !== null && !advice.given} note={reason} />
      <span className={styles.words} title={advice.given ? undefined : reason}>
        {advice.given ? t(tierSentence(result)) : t('shared.tierMeaning.none')}
        {!advice.given && reason && <span className={styles.reason}> {words}</span>}
        {!advice.given && !reason && open && <span className={styles.reason}> {t(`shared.state.${state}`)}</span>}
      </span>
    </p>
  )
}
