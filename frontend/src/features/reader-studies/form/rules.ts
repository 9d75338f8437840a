/** Editing a reading form: what may be asked when, what a new question begins with, what hangs on what. */
import { freeKey, moved, without } from '../protocol/patch'
import type { Meaning, Option, Question, QuestionKind, Words } from '../protocol/types'

export const KINDS: readonly QuestionKind[] = ['yes_no', 'scale', 'point', 'choice', 'choices', 'text']
export const MEANINGS: readonly Meaning[] = ['recurrence', 'likelihood', 'location', 'site', 'side', 'decided_by', 'quality', 'remark', '']

/** Which kinds a meaning goes with (form_questions.KINDS_OF_MEANINGS). */
const KINDS_OF: Record<Exclude<Meaning, ''>, readonly QuestionKind[]> = {
  recurrence: ['yes_no'],
  likelihood: ['scale'],
  location: ['point'],
  site: ['choice', 'choices'],
  side: ['choice'],
  decided_by: ['choice', 'choices'],
  quality: ['choice'],
  remark: ['text'],
}

/** Two of these make sensitivity and the ROC curve: a form keeps them. */
export const isKept = (question: Question): boolean => question.meaning === 'recurrence' || question.meaning === 'likelihood'

export const hasOptions = (kind: QuestionKind): boolean => kind === 'choice' || kind === 'choices'

/** Meanings that a question may take: they fit its kind, and no other question has them. */
export function meaningsFor(form: readonly Question[], question: Question): Meaning[] {
  const taken = form.filter((one) => one.key !== question.key).map((one) => one.meaning)
  return MEANINGS.filter((meaning) => meaning === '' || (KINDS_OF[meaning].includes(question.kind) && !taken.includes(meaning)))
}

/** Earlier questions that this one may hang on, with the answers that can be named. */
export function conditionsFor(form: readonly Question[], question: Question): { question: Question; answers: (boolean | string)[] }[] {
  const at = form.findIndex((one) => one.key === question.key)
  return form
    .slice(0, at)
    .map((earlier) => ({ question: earlier, answers: answersOf(earlier) }))
    .filter(({ answers }) => answers.length > 0)
}

export function answersOf(question: Question): (boolean | string)[] {
  if (question.kind === 'yes_no') return [true, false]
  return question.options.map((option) => option.key)
}

/** A question of this kind with nothing filled in but what the server insists on. */
export function newQuestion(form: readonly Question[], kind: QuestionKind, label: Words, option: Words): Question {
  return {
    key: freeKey(kind, form.map((one) => one.key)),
    kind,
    label,
    help: {},
    meaning: '',
    required: false,
    when: null,
    options: hasOptions(kind) ? [{ key: 'option', label: option }] : [],
    anchors: [],
  }
}

export function newOption(options: readonly Option[], label: Words): Option {
  return { key: freeKey('option', options.map((one) => one.key)), label }
}

/** The form without one question; what hung on it is asked always. */
export function removed(form: readonly Question[], at: number): Question[] {
  const gone = form[at]?.key
  return without(form, at).map((one) => (one.when?.question === gone ? { ...one, when: null } : one))
}

/** The form with one question moved; a condition on what now stands later falls away, since it could never hold. */
export function reordered(form: readonly Question[], at: number, by: number): Question[] {
  return mended(moved(form, at, by))
}

/** Conditions kept only where they name an earlier question and answers that it has. */
export function mended(form: readonly Question[]): Question[] {
  return form.map((question, place) => {
    if (!question.when) return question
    const earlier = form.slice(0, place).find((one) => one.key === question.when?.question)
    const equals = earlier ? question.when.equals.filter((one) => answersOf(earlier).includes(one)) : []
    if (equals.length === question.when.equals.length) return question
    return { ...question, when: equals.length > 0 ? { ...question.when, equals } : null }
  })
}

/** The text in a language, else in English, else in any: never nothing. */
export function inLanguage(words: Words, language: string): string {
  return words[language] || words.en || Object.values(words).find(Boolean) || ''
}
