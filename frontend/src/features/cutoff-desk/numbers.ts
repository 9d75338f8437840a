/** Numbers as people read them. */
import { decimalsFor } from '@/shared/ui/score'

import type { Estimate } from './arithmetic'
import type { Cutoffs } from './sliding'

const LOCALE: Readonly<Record<string, string>> = { en: 'en-GB', zh: 'zh-CN' }

const formats = new Map<string, Intl.NumberFormat>()

/** Kept: while a handle is dragged some fifty numbers are written in every frame. */
export function written(value: number, language: string, decimals = 0): string {
  const key = `${language} ${decimals}`
  let format = formats.get(key)
  if (!format) {
    format = new Intl.NumberFormat(LOCALE[language] ?? language, { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
    formats.set(key, format)
  }
  return format.format(value)
}

export const percent = (share: number, language: string, decimals = 1) => `${written(100 * share, language, decimals)} %`

/** `12 (9–16)`; without limits the value alone. */
export function withLimits({ value, low, high }: Estimate, write: (value: number) => string, unbounded: string): string {
  if (value === null) return '—'
  if (low === null && high === null) return write(value)
  return `${write(value)} (${low === null ? '' : write(low)}–${high === null ? unbounded : write(high)})`
}

/** Both cutoffs in three decimals, or as many more as it takes to tell them apart. */
export function cutoffsWritten({ first, second }: Cutoffs): readonly [string, string] {
  const decimals = first === second ? 3 : decimalsFor(second, [first], 3)
  return [first.toFixed(decimals), second.toFixed(decimals)]
}
