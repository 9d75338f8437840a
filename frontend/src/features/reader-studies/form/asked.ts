/** Which questions are asked after these answers: the same rule as the server's (radapp/readerstudies/form.py, asked). */
import type { Question } from '../protocol/types'

/** `lroc`: the question that means location is asked whatever its condition says. */
export function asked(form: readonly Question[], answers: Record<string, unknown>, lroc = false): Question[] {
  const open = new Set<string>()
  for (const question of form) {
    const { when } = question
    if (when === null || (open.has(when.question) && holds(when.equals, answers[when.question]))) open.add(question.key)
  }
  return form.filter((one) => open.has(one.key) || (lroc && one.meaning === 'location'))
}

function holds(equals: readonly (boolean | string)[], answer: unknown): boolean {
  const given: unknown[] = Array.isArray(answer) ? answer : [answer]
  return given.some((one) => equals.some((wanted) => wanted === one))
}
