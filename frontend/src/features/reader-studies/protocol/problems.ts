/** Which step of the set-up a problem belongs to, and which problems stand beside a field. */
import type { FieldProblem } from '@/api/client'

export const STEPS = ['aim', 'cases', 'members', 'design', 'form', 'blinding', 'open'] as const
export type Step = (typeof STEPS)[number]

/** First part of a field's path → the step where it is filled in. */
const HOME: Record<string, Step> = {
  title: 'aim',
  aim: 'aim',
  coding: 'aim',
  rules: 'aim',
  targets: 'cases',
  cases: 'cases',
  members: 'members',
  design: 'design',
  order: 'design',
  told: 'form',
  form: 'form',
  blinding: 'blinding',
}

/** What the check finds under another step than the one where it is filled in. */
const FILLED_IN: Record<string, Step> = { prevalence_untold: 'form' }

/** Where something that the check found can be mended. */
export function stepOfFinding({ code, step }: { code: string; step: Step }): Step {
  return FILLED_IN[code] ?? step
}

export function stepOf(field: string): Step {
  const first = field.replace(/^protocol\./, '').split(/[.[]/)[0] ?? ''
  return HOME[first] ?? 'open'
}

/** Problems of this field or of anything inside it. */
export function problemsOf(problems: readonly FieldProblem[], field: string): FieldProblem[] {
  return problems.filter((one) => {
    const path = one.field.replace(/^protocol\./, '')
    return path === field || path.startsWith(`${field}.`)
  })
}
