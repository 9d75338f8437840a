import type { PaperFigure, PaperVerdict } from '../api/types'

export const VERDICTS: readonly PaperVerdict[] = ['reproduced', 'explained', 'not_decidable', 'not_reproduced']

export type Filters = { part: string; verdict: string; search: string }

/** Figures of one part (by its English name), of one verdict, whose name holds the search; empty: all. */
export function filtered(figures: readonly PaperFigure[], { part, verdict, search }: Filters): PaperFigure[] {
  const wanted = search.trim().toLowerCase()
  return figures.filter((one) => (!part || one.section.en === part) && (!verdict || one.verdict === verdict) && (!wanted || one.id.toLowerCase().includes(wanted)))
}
