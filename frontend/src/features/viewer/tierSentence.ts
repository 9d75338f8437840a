/** i18next key of DOMAIN's sentence for a result: a suspicious tier reads differently once the enhanced network was heard. */
import { tierLook } from '@/shared/tier'

import type { ViewerResult } from './api/queries'

export function tierSentence({ tier, final }: Pick<ViewerResult, 'tier' | 'final'>): string {
  if (tier === 'suspicious' && final === 'positive') return 'viewer.tierWords.suspiciousPositive'
  if (tier === 'suspicious' && final === 'negative') return 'viewer.tierWords.suspiciousNegative'
  return tierLook(tier).meaning
}
