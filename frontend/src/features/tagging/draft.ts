/** A conclusion while it is made: what is chosen, what is missing, what is sent. Pure. */
import type { CaseView, Said, StepBody } from './api'
import { type ChoiceKey, choiceOf, choiceSaying } from './choices'

export type Point = [number, number, number]
export interface Mark {
  point: Point
  /** mm */
  radius: number
}

/** Which day the basis is: a comparison's, one that is typed, or that of a step before, or of this one as it stands. */
export type When = { from: 'comparison'; key: string } | { from: 'date'; date: string } | { from: 'step'; step: Said['step']; days: number | null }

export interface Draft {
  choice: ChoiceKey | undefined
  when: When | undefined
  rtStage: StepBody['rt_stage']
  sites: readonly string[]
  kinds: readonly string[]
  marks: readonly Mark[]
  /** The mark that clicks and keys move; none: a click makes another. */
  selected: number | undefined
  /** Of the next mark, mm. */
  radius: number
  segmentation: string
  debatable: boolean
  remark: string
  reason: string
}

export const RADIUS = 8
export const RADII = { least: 1, most: 60 }
export const NOTHING: Draft = {
  choice: undefined,
  when: undefined,
  rtStage: '',
  sites: [],
  kinds: [],
  marks: [],
  selected: undefined,
  radius: RADIUS,
  segmentation: '',
  debatable: false,
  remark: '',
  reason: '',
}

export type Change =
  | { type: 'set'; values: Partial<Draft> }
  | { type: 'choose'; choice: ChoiceKey }
  | { type: 'asBefore'; said: Said }
  | { type: 'toggle'; list: 'sites' | 'kinds'; key: string }
  | { type: 'mark'; point: Point }
  | { type: 'resize'; by: number }
  | { type: 'unmark'; index: number }

export function change(draft: Draft, act: Change): Draft {
  switch (act.type) {
    case 'set':
      return { ...draft, ...act.values }
    case 'choose':
      return choose(draft, act.choice)
    case 'asBefore':
      return { ...fromSaid(act.said), remark: draft.remark, reason: draft.reason }
    case 'toggle': {
      const list = draft[act.list]
      return { ...draft, [act.list]: list.includes(act.key) ? list.filter((one) => one !== act.key) : [...list, act.key] }
    }
    case 'mark':
      return mark(draft, act.point)
    case 'resize':
      return resize(draft, act.by)
    case 'unmark':
      return { ...draft, marks: draft.marks.filter((_, index) => index !== act.index), selected: undefined }
  }
}

/** Another criterion asks for another day; the lesion stays as it was described. */
function choose(draft: Draft, choice: ChoiceKey): Draft {
  const same = choiceOf(choice)?.basis === choiceOf(draft.choice)?.basis
  return { ...draft, choice, when: same ? draft.when : undefined }
}

function mark(draft: Draft, point: Point): Draft {
  const { selected, marks } = draft
  if (selected === undefined) return { ...draft, marks: [...marks, { point, radius: draft.radius }], selected: marks.length }
  return { ...draft, marks: marks.map((one, index) => (index === selected ? { ...one, point } : one)) }
}

function resize(draft: Draft, by: number): Draft {
  const within = (radius: number) => Math.min(RADII.most, Math.max(RADII.least, radius + by))
  if (draft.selected === undefined) return { ...draft, radius: within(draft.radius) }
  const marks = draft.marks.map((one, index) => (index === draft.selected ? { ...one, radius: within(one.radius) } : one))
  return { ...draft, marks, radius: marks[draft.selected]?.radius ?? draft.radius }
}

/** What a step says, to be taken over or corrected. */
export function fromSaid(said: Said): Draft {
  const choice = choiceSaying(said)
  const dated = choiceOf(choice)?.day !== 'none' && (said.basis_days !== null || choiceOf(choice)?.day === 'needed')
  return {
    ...NOTHING,
    choice,
    when: dated ? { from: 'step', step: said.step, days: said.basis_days } : undefined,
    rtStage: said.rt_stage as Draft['rtStage'],
    sites: said.sites,
    kinds: said.kinds,
    marks: said.marks.map(({ point, radius }) => ({ point: point as Point, radius })),
    segmentation: said.segmentation,
    debatable: said.debatable,
  }
}

/** Where a correction begins: with what stands, its day by the name of its step. */
export const fromMine = ({ mine }: Pick<CaseView, 'mine'>): Draft => (mine ? { ...fromSaid(mine), remark: mine.remark } : NOTHING)

export type Missing = 'choice' | 'when' | 'reason'

/** What must still be said. */
export function missing(draft: Draft, corrects: boolean): Missing[] {
  const choice = choiceOf(draft.choice)
  const found: Missing[] = []
  if (!choice) found.push('choice')
  if (choice?.day === 'needed' && (!draft.when || (draft.when.from === 'date' && draft.when.date === ''))) found.push('when')
  if (corrects && draft.reason.trim() === '') found.push('reason')
  return found
}

/** Whether a lesion can be described: there is none without local recurrence. */
export const hasLesion = (draft: Draft): boolean => draft.choice !== undefined && choiceOf(draft.choice)?.recurrence !== false

/** What is sent; only what the choice has room for. Null where something is missing. */
export function bodyOf(draft: Draft, submission: string, corrects: boolean): StepBody | null {
  const choice = choiceOf(draft.choice)
  if (!choice || missing(draft, corrects).length > 0) return null
  const lesion = hasLesion(draft)
  const when = choice.day === 'none' ? undefined : draft.when
  return {
    submission,
    recurrence: choice.recurrence,
    basis: choice.basis,
    nodal_only: choice.nodalOnly,
    comparison: when?.from === 'comparison' ? when.key : '',
    as_step: when?.from === 'step' ? when.step : '',
    basis_date: when?.from === 'date' && when.date !== '' ? when.date : null,
    rt_stage: choice.recurrence === true ? draft.rtStage : '',
    sites: lesion ? [...draft.sites] : [],
    kinds: lesion ? [...draft.kinds] : [],
    marks: lesion ? draft.marks.map(({ point, radius }) => ({ point: [...point], radius })) : [],
    segmentation: lesion ? draft.segmentation : '',
    debatable: draft.debatable,
    remark: draft.remark.trim(),
    reason: corrects ? draft.reason.trim() : '',
  }
}

const STAGES = ['', 'rT1', 'rT2', 'rT3', 'rT4'] as const

/** The stage after this one, round and round. */
export function nextStage(stage: Draft['rtStage']): Draft['rtStage'] {
  return STAGES[(STAGES.indexOf(stage) + 1) % STAGES.length] ?? ''
}
