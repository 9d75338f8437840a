/** Editing the pre-specified analyses, so that what is saved is always one that the server takes. */
import { freeKey, without } from './patch'
import type { Aim, Analysis, Design, Endpoint, Hypothesis } from './types'

export const ENDPOINTS: readonly Endpoint[] = ['auc', 'sensitivity', 'specificity', 'accuracy', 'ppv', 'npv', 'agreement', 'time', 'lroc']
export const HYPOTHESES: readonly Hypothesis[] = ['estimate', 'superiority', 'non_inferiority', 'equivalence']
const NETWORKS = ['T1WI', 'T2WI', 'T1_T2', 'T1WIC', 'DARNDEST']
/** Offered where a margin becomes needed; it is then for the investigator to say. */
const FIRST_MARGIN = 0.05

/** What can be compared under a design; what an analysis names already stays among them. */
export function sidesOf(design: Design, analysis: Analysis): string[] {
  const stages = design.kind === 'sequential' ? ['stage:unaided', 'stage:aided'] : []
  const known = ['reader:all', 'seniority:senior', 'seniority:junior', ...stages, ...design.arms.map((arm) => `arm:${arm.key}`), ...NETWORKS.map((name) => `network:${name}`)]
  return [...known, ...[analysis.first, analysis.second].filter((side) => side && !known.includes(side))]
}

export function newAnalysis(others: readonly Analysis[]): Analysis {
  return { key: freeKey('analysis', others.map((one) => one.key)), endpoint: 'sensitivity', hypothesis: 'estimate', first: 'reader:all', second: '', margin: null }
}

/** With a margin exactly where the hypothesis wants one; a comparison that is more than an estimate keeps a second side. */
export function changedAnalysis(analysis: Analysis, change: Partial<Analysis>): Analysis {
  const changed = { ...analysis, ...change }
  const wantsMargin = changed.hypothesis === 'non_inferiority' || changed.hypothesis === 'equivalence'
  return { ...changed, margin: wantsMargin ? (changed.margin ?? FIRST_MARGIN) : null }
}

/** Without one analysis; where it was the primary one, none is, until somebody says which. */
export function removedAnalysis(aim: Aim, at: number): Aim {
  const gone = aim.analyses[at]?.key
  return { ...aim, analyses: without(aim.analyses, at), primary: aim.primary === gone ? null : aim.primary }
}
