/** From the primary analysis to a question of power that the server can answer. */
import type { PowerQuestion } from '../api/types'
import type { Aim, Analysis } from './types'

type Test = PowerQuestion['test']
type Of = NonNullable<PowerQuestion['of']>

/** Which calculation suits an analysis: readers with several areas, paired proportions, one area against another. */
export function testFor(analysis: Analysis | undefined): Test {
  if (!analysis) return 'readers'
  if (analysis.endpoint === 'auc' || analysis.endpoint === 'lroc') return [analysis.first, analysis.second].every((side) => side.startsWith('network:') || side === '') ? 'areas' : 'readers'
  return analysis.hypothesis === 'non_inferiority' ? 'non_inferiority' : 'proportions'
}

const OF: readonly Of[] = ['sensitivity', 'specificity', 'accuracy']

/** Where to begin: figures that are plainly examples, the study's own α, margin, readers and share of recurrences. */
export function firstQuestion(aim: Aim, readers: number, prevalence: number | null): PowerQuestion {
  const primary = aim.analyses.find((one) => one.key === aim.primary)
  const test = testFor(primary)
  return {
    test,
    first: 0.8,
    second: test === 'non_inferiority' ? 0.8 : 0.9,
    correlation: 0.5,
    prevalence: prevalence ?? 0.5,
    of: OF.find((one) => one === primary?.endpoint) ?? 'sensitivity',
    margin: primary?.margin ?? (test === 'non_inferiority' ? 0.1 : null),
    readers: Math.max(1, readers || 2),
    alpha: aim.alpha,
    power: 0.8,
    cases: null,
  }
}

/** The question the other way round: how many cases for a power, or which power with so many cases. */
export function turned(question: PowerQuestion, ask: 'cases' | 'power', cases: number): PowerQuestion {
  return ask === 'cases' ? { ...question, power: 0.8, cases: null } : { ...question, power: null, cases: Math.max(2, cases) }
}

/** Which fields a test looks at. */
export const FIELDS: Record<Test, readonly ('correlation' | 'of' | 'margin' | 'readers')[]> = {
  areas: ['correlation'],
  proportions: ['correlation', 'of'],
  non_inferiority: ['correlation', 'of', 'margin'],
  readers: ['readers'],
}
