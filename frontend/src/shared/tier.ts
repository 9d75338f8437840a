/** A tier's word, mark and colour, in one place. Never green, never a tick: below the cutoffs does not mean without recurrence. */
import type { Tier } from '@/api/types'

export type TierLook = {
  readonly mark: string
  /** A CSS colour token; text on the dark surface in it keeps at least 4.5 : 1. */
  readonly colour: string
  readonly wordKey: string
  readonly striped: boolean
}

const LOOKS: Record<Tier | 'none', TierLook> = {
  positive: { mark: '▲', colour: 'var(--tier-positive)', wordKey: 'shared.tier.positive', striped: false },
  suspicious: { mark: '◆', colour: 'var(--tier-suspicious)', wordKey: 'shared.tier.suspicious', striped: false },
  negative: { mark: '○', colour: 'var(--tier-negative)', wordKey: 'shared.tier.negative', striped: false },
  none: { mark: '▨', colour: 'var(--tier-none)', wordKey: 'shared.tier.none', striped: true },
}

export function tierLook(tier: Tier | null): TierLook {
  return LOOKS[tier ?? 'none']
}
