/** Questions to the archive, and what of their answer may be added. */
import type { Candidate, CandidateQuery, Sequence } from '../api/types'
import type { Design } from './types'

/** A complete arm takes only cases that have T1WIC: its absence would tell the tier. */
export function wantedSequences(design: Design): Sequence[] {
  return design.arms.some((arm) => arm.images === 'complete') ? ['T1WI', 'T2WI', 'T1WIC'] : ['T1WI', 'T2WI']
}

export function newQuery(design: Design): CandidateQuery {
  return { date_from: null, date_to: null, tiers: [], states: [], sequences: wantedSequences(design), truth: 'any', listed: '', limit: 200 }
}

/** Accession numbers or UIDs in what somebody pasted: by lines, commas, semicolons, tabs or spaces; each once. */
export function listedNumbers(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter(Boolean))]
}

export const isFree = (candidate: Candidate): boolean => candidate.bars.length === 0
