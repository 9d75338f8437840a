/** The API's shapes under the names this application uses. */
export type Role = 'T1WI' | 'T2WI' | 'T1WIC' | 'none'
export type UserRole = 'radiologist' | 'reader' | 'investigator' | 'administrator'
export type Tier = 'positive' | 'suspicious' | 'negative'
export type State = 'waiting' | 'queued' | 'running' | 'done' | 'not_assessable' | 'failed'
export type Final = 'positive' | 'negative' | 'pending'

export type Session = { user: { username: string; display_name: string; roles: UserRole[] }; version: string }

export type Demo = { preparing: boolean; expected: number; studies: number; triaged: number; message: string }
export type Status = {
  workers: { name: string; alive_at: string }[]
  queued: number
  running: number
  demo: Demo | null
  set_aside_waiting: number
}

export type Patient = { id: string; name: string; sex: string; birth_date: string | null; age: number | null }
export type Advice = { given: boolean; text: string; reason: string }
export type Confirmation = {
  by: string
  at: string
  decision: 'confirmed' | 'overridden'
  contrast: boolean | null
  reason: string
}
export type Cutoffs = { first: number; second: number }

export type Row = {
  uid: string
  patient: Patient
  accession_number: string
  study_date: string | null
  description: string
  tier: Tier | null
  final: Final | null
  state: State
  reason: string
  remedy: string
  stage: string
  percent: number | null
  score: number | null
  cutoffs: Cutoffs | null
  sequences: { role: Role; present: boolean; resampled: boolean }[]
  advice: Advice
  confirmation: Confirmation | null
  result_at: string | null
  received_at: string
  changed_at: string
  source: string
  synthetic: boolean
  set_aside: number
}

export type Worklist = {
  count: number
  page: number
  page_size: number
  totals: { studies: number; running: number; need_person: number }
  results: Row[]
}
export type Neighbours = { previous: string | null; next: string | null; position: number; count: number }

export type SeriesDetail = {
  uid: string
  number: number | null
  modality: string
  description: string
  role: Role
  recognised_role: Role
  assigned_role: Role | null
  assigned_by: string | null
  evidence: string
  plane: string
  acquisition: string
  fat_saturated: boolean | null
  instances: number
  chosen: boolean
  generated: boolean
  sop_class_uid: string
  frame_of_reference_uid: string
}

export type StudyDetail = {
  uid: string
  patient: Patient
  accession_number: string
  study_date: string | null
  study_time: string | null
  description: string
  source: string
  synthetic: boolean
  received_at: string
  series: SeriesDetail[]
  set_aside: number
}

export type HeatmapObject = {
  sequence: Role
  sop_instance_uid: string
  series_instance_uid: string
  peak: [number, number, number] | null
  cell_size: [number, number, number] | null
  reference_label: string
}

export type Result = {
  state: State
  reason: string
  remedy: string
  stage: string
  percent: number | null
  tier: Tier | null
  final: Final | null
  advice: Advice
  confirmation: Confirmation | null
  scores: { T1WI: number | null; T2WI: number | null; T1_T2: number | null; T1WIC: number | null }
  cutoffs: { first: number; second: number; T1WIC: number } | null
  series: { uid: string; role: Role; evidence: string; resampled: boolean }[]
  bundles: Record<string, unknown>
  protocol: string | null
  heatmaps: HeatmapObject[]
  synthetic: boolean
  result_at: string | null
  run_id: number | string | null
}

export type ScopeQuestion = { key: string; text: string; answer: boolean | null; by: string | null; at: string | null }
export type Scope = { questions: ScopeQuestion[]; complete: boolean; out_of_scope: string[] }

export type Difference = { keyword: string; tag: string; stored: string | null; received: string | null }
export type SetAside = {
  id: number
  study_uid: string
  sop_instance_uid: string
  patient: Patient
  series_description: string
  differences: Difference[]
  received_at: string
  source: string
  state: 'waiting' | 'accepted' | 'refused'
  decided_by: string | null
  decided_at: string | null
  reason: string
}
export type Page<T> = { count: number; page: number; page_size: number; results: T[] }

export type FileReason = { path: string; reason: string }
export type IntakeReport = {
  stored: number
  already: number
  skipped: number
  set_aside: FileReason[]
  refused: FileReason[]
  studies: string[]
}
