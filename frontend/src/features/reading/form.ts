/** The reading form: which questions are asked, what is missing, which key gives which answer. Pure; the server checks it all again. */
import type { Answers, Point } from './answers'

/** {language: text}. */
export type Labels = Record<string, string>

export type QuestionKind = 'yes_no' | 'scale' | 'point' | 'choice' | 'choices' | 'text'

/** As the protocol has it (radapp.readerstudies.form_questions). */
export interface Question {
  key: string
  kind: QuestionKind
  label: Labels
  help: Labels
  meaning: string
  required: boolean
  when: { question: string; equals: (boolean | string)[] } | null
  options: { key: string; label: Labels }[]
  anchors: { at: number; label: Labels }[]
}

/** Text in the reader's language, else English, else whatever there is. */
export function labelIn(labels: Labels, language: string): string {
  const short = language.split('-')[0] ?? language
  return labels[language] ?? labels[short] ?? labels['en'] ?? Object.values(labels)[0] ?? ''
}

/** The questions whose conditions hold, in order; where every case has a forced point, that one whatever its condition says. */
export function asked(form: readonly Question[], answers: Answers, forcedPoint = false): Question[] {
  const open = new Set<string>()
  for (const question of form) {
    const { when } = question
    const holds = when === null || (open.has(when.question) && meets(answers[when.question], when.equals))
    if (holds) open.add(question.key)
  }
  return form.filter(({ key, meaning }) => open.has(key) || (forcedPoint && meaning === 'location'))
}

function meets(answer: unknown, equals: readonly (boolean | string)[]): boolean {
  const given: unknown[] = Array.isArray(answer) ? answer : [answer]
  return given.some((one) => equals.includes(one as boolean | string))
}

export function isEmpty(answer: unknown): boolean {
  return answer === undefined || answer === null || answer === '' || (Array.isArray(answer) && answer.length === 0)
}

export function isNeeded({ required, meaning }: Question, forcedPoint: boolean): boolean {
  return required || (forcedPoint && meaning === 'location')
}

/** Keys of the questions that are asked, needed and not answered. */
export function missing(form: readonly Question[], answers: Answers, forcedPoint = false): string[] {
  return asked(form, answers, forcedPoint)
    .filter((question) => isNeeded(question, forcedPoint) && isEmpty(answers[question.key]))
    .map(({ key }) => key)
}

/** Answers to questions that are asked, without empty ones: what is sent. The others stay in the page, should the condition hold again. */
export function sendable(form: readonly Question[], answers: Answers, forcedPoint = false): Answers {
  const kept = asked(form, answers, forcedPoint).filter(({ key }) => !isEmpty(answers[key]))
  return Object.fromEntries(kept.map(({ key }) => [key, answers[key]]))
}

/** Yes below even, or no above it; undefined where nothing contradicts itself. It is asked about, never corrected. */
export function contradiction(form: readonly Question[], answers: Answers): { yes: boolean; likelihood: number } | undefined {
  const of = (meaning: string) => answers[form.find((question) => question.meaning === meaning)?.key ?? '']
  const [yes, likelihood] = [of('recurrence'), of('likelihood')]
  if (typeof yes !== 'boolean' || typeof likelihood !== 'number') return undefined
  return (yes ? likelihood < 50 : likelihood > 50) ? { yes, likelihood } : undefined
}

/** Keys on the options of a choice: digits, then letters that neither the images nor the form use. */
export const OPTION_KEYS = [...'1234567890', ...'qesdgbvkouzcj']

export function optionKey(index: number): string | undefined {
  return OPTION_KEYS[index]
}

/** The option that a key chooses. */
export function optionOf(question: Question, key: string): string | undefined {
  const index = OPTION_KEYS.indexOf(key)
  return index < 0 ? undefined : question.options[index]?.key
}

export function toggled(answer: unknown, option: string): string[] {
  const chosen = Array.isArray(answer) ? (answer as string[]) : []
  return chosen.includes(option) ? chosen.filter((one) => one !== option) : [...chosen, option]
}

/** A scale typed digit by digit: `before` is what was typed shortly before; what would pass 100 begins anew. */
export function typedDigit(before: number | undefined, digit: number): number {
  const longer = before === undefined ? digit : before * 10 + digit
  return longer <= 100 ? longer : digit
}

export function isPoint(answer: unknown): answer is Point {
  return typeof answer === 'object' && answer !== null && Array.isArray((answer as Point).point)
}
