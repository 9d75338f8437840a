/** A tier's mark, colour and words, in one place. Never green, never a tick: below the cutoffs does not mean without recurrence. */
import type { Tier } from '@/api/types'

export type TierLook = {
  readonly key: Tier | 'none'
  readonly mark: string
  /** A CSS colour token; text in it on the dark surfaces keeps at least 4.5 : 1. */
  readonly colour: string
  /** i18next key of the short word. */
  readonly word: string
  /** i18next key of the sentence that the word stands for. */
  readonly meaning: string
}

function look(key: Tier | 'none', mark: string): TierLook {
  return { key, mark, colour: `var(--tier-${key})`, word: `shared.tier.${key}`, meaning: `shared.tierMeaning.${key}` }
}

const LOOKS: Record<Tier | 'none', TierLook> = {
  positive: look('positive', '▲'),
  suspicious: look('suspicious', '◆'),
  negative: look('negative', '○'),
  none: look('none', '▨'),
}

export function tierLook(tier: Tier | null): TierLook {
  return LOOKS[tier ?? 'none']
}

/** In the order in which a reader wants them: what needs a person first. */
export const TIERS = ['positive', 'suspicious', 'negative', 'none'] as const

type Heard = { readonly tier: Tier | null; readonly final: string | null }

/** i18next key of DOMAIN's sentence for a tier: a suspicious one reads differently once the enhanced network was heard. */
export function tierSentence({ tier, final }: Heard): string {
  if (tier === 'suspicious' && final === 'positive') return 'shared.tierMeaning.suspiciousAbove'
  if (tier === 'suspicious' && final === 'negative') return 'shared.tierMeaning.suspiciousBelow'
  return tierLook(tier).meaning
}
