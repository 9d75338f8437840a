/** What is still to be done at each step of the set-up, before the server's own check: enough to lead somebody through. */
import type { CheckReport, Counts, StudyState } from '../api/types'
import { STEPS, type Step, stepOfFinding } from './problems'
import type { Protocol } from './types'

/** `what`: a key below studySetup.todo; `values` fill its words. */
export type Todo = { what: string; values?: Record<string, number> }

export type Progressing = { protocol: Protocol; counts: Counts; state: StudyState; check: CheckReport | null }

export function todos({ protocol, counts, state, check }: Progressing): Record<Step, Todo[]> {
  const found: Record<Step, Todo[]> = {
    aim: aim(protocol),
    cases: cases(protocol, counts),
    members: counts.readers === 0 ? [{ what: 'readers' }] : [],
    design: protocol.design.arms.length === 0 ? [{ what: 'arms' }] : [],
    form: protocol.told.prevalence.trim() === '' ? [{ what: 'prevalence' }] : [],
    blinding: !check ? [{ what: 'check' }] : check.current ? [] : [{ what: 'checkAgain' }],
    open: state === 'draft' || state === 'checked' ? [{ what: 'sign' }] : [],
  }
  for (const step of STEPS) {
    if (step === 'open') continue
    const stops = check?.findings.filter((one) => stepOfFinding(one) === step && one.level === 'stop').length ?? 0
    if (stops > 0) found[step].push({ what: 'findings', values: { count: stops } })
  }
  return found
}

/** The first step that is not done: where somebody goes on who comes back. */
export function firstOpen(todo: Record<Step, Todo[]>): Step {
  return STEPS.find((step) => todo[step].length > 0) ?? 'open'
}

function aim({ aim: { hypothesis, analyses, primary } }: Protocol): Todo[] {
  const found: Todo[] = []
  if (hypothesis.trim() === '') found.push({ what: 'hypothesis' })
  if (analyses.length === 0) found.push({ what: 'analyses' })
  else if (primary === null) found.push({ what: 'primary' })
  return found
}

function cases({ targets }: Protocol, counts: Counts): Todo[] {
  if (counts.included === 0) return [{ what: 'cases' }]
  const found: Todo[] = []
  if (counts.positive < targets.positive) found.push({ what: 'positives', values: { count: targets.positive - counts.positive } })
  if (counts.negative < targets.negative) found.push({ what: 'negatives', values: { count: targets.negative - counts.negative } })
  return found
}
