/** A study's protocol as the server stores it (radapp/readerstudies/protocol.py, form_questions.py), in the server's own names. */

/** {language: text}; English is there, or what there is is shown. */
export type Words = Record<string, string>

export type Endpoint = 'auc' | 'sensitivity' | 'specificity' | 'accuracy' | 'ppv' | 'npv' | 'agreement' | 'time' | 'lroc'
export type Hypothesis = 'estimate' | 'superiority' | 'non_inferiority' | 'equivalence'

/** What is compared: `arm:KEY`, `seniority:senior`, `network:T1_T2`, `reader:all`; an empty second estimates the first alone. */
export type Analysis = { key: string; endpoint: Endpoint; hypothesis: Hypothesis; first: string; second: string; margin: number | null }

export type Aim = { hypothesis: string; primary: string | null; analyses: Analysis[]; alpha: number; correction: 'none' | 'bonferroni' | 'holm' }
export type Told = { prevalence: string; clinical_facts: string; instructions: string }
export type Targets = { positive: number; negative: number }
export type Arm = { key: string; name: Words; images: 'unenhanced' | 'complete'; ai: boolean; prior: boolean }
export type DesignKind = 'single' | 'sequential' | 'washout' | 'crossover' | 'split_plot'
export type Design = { kind: DesignKind; arms: Arm[]; washout_days: number; groups: number; lock: 'reading' | 'session'; lroc: boolean }
export type Order = { block_sizes: number[]; repeats: number }
export type Category = { key: string; error: 'false_positive' | 'false_negative'; name: Words; definition: Words }
export type Coding = { hit_radius_mm: number; precedence: string[]; categories: Category[] }
export type Rules = { withdrawn_case: 'exclude_readings' | 'keep_submitted'; replaced_reader: 'drop_readings' | 'keep_submitted' }

export type QuestionKind = 'yes_no' | 'scale' | 'point' | 'choice' | 'choices' | 'text'
export type Meaning = 'recurrence' | 'likelihood' | 'location' | 'site' | 'side' | 'decided_by' | 'quality' | 'remark' | ''
export type Option = { key: string; label: Words }
export type Anchor = { at: number; label: Words }
export type Condition = { question: string; equals: (boolean | string)[] }
export type Question = {
  key: string
  kind: QuestionKind
  label: Words
  help: Words
  meaning: Meaning
  required: boolean
  when: Condition | null
  options: Option[]
  anchors: Anchor[]
}

export type Protocol = {
  aim: Aim
  told: Told
  targets: Targets
  design: Design
  order: Order
  form: Question[]
  blinding: { dates: 'removed' | 'shifted' }
  coding: Coding
  rules: Rules
}

/** Four weeks: the server takes no shorter washout. */
export const WASHOUT_DAYS = 28
