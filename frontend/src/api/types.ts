/** The API's shapes under the names this application uses. schema.d.ts is generated (`npm run types`); nothing here is written by hand twice. */
import type { components } from './schema'

type Schemas = components['schemas']

export type Role = Schemas['SequenceRole']
export type UserRole = Schemas['RolesEnum']
export type Tier = Schemas['TierEnum']
export type State = Schemas['StudyState']
export type Final = Schemas['FinalEnum']

export type Session = Schemas['Session']
export type Status = Schemas['Status']
export type Demo = Schemas['Demo']
export type Workers = Schemas['Workers']
export type WorkerProcess = Schemas['WorkerProcess']

export type Patient = Schemas['Patient']
export type Advice = Schemas['Advice']
export type Confirmation = Schemas['Confirmation']
export type Cutoffs = Schemas['TierCutoffs']
export type Row = Schemas['WorklistRow']
export type Worklist = Schemas['Worklist']
export type Neighbours = Schemas['Neighbours']

export type SeriesDetail = Schemas['Series']
export type StudyDetail = Schemas['StudyDetail']
export type HeatmapObject = Schemas['Heatmap']
export type Explanation = Schemas['Explanation']
export type Explanations = Schemas['Explanations']
export type Result = Schemas['Result']
export type ScopeQuestion = Schemas['ScopeQuestion']
export type Scope = Schemas['Scope']

export type Difference = Schemas['Difference']
export type SetAside = Schemas['SetAside']
export type SetAsidePage = Schemas['SetAsidePage']
export type FileReason = Schemas['FileReason']
export type IntakeReport = Schemas['IntakeReport']
