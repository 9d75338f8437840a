/** Which series stand side by side: T1WI, T2WI and, where there is one, T1WIC. */
import type { Role, SeriesDetail } from '@/api/types'

export const SEQUENCES = ['T1WI', 'T2WI', 'T1WIC'] as const satisfies readonly Role[]
export type Sequence = (typeof SEQUENCES)[number]

/** What is known of a series before its images: of one that lies in a PACS behind, too. */
export type Hangable = Pick<SeriesDetail, 'uid' | 'role' | 'chosen'> & { generated?: boolean }

/** The series that triage reads for a sequence, else the first of that role; series that this application made never count. */
export function seriesFor<T extends Hangable>(sequence: Sequence, series: T[]): T | undefined {
  const candidates = series.filter((each) => each.role === sequence && !each.generated)
  return candidates.find(({ chosen }) => chosen) ?? candidates[0]
}

export function hangingSeries(series: Hangable[]): { sequence: Sequence; seriesUid: string }[] {
  return SEQUENCES.flatMap((sequence) => {
    const found = seriesFor(sequence, series)
    return found ? [{ sequence, seriesUid: found.uid }] : []
  })
}
