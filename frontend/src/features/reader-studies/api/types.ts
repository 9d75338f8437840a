/** What the desk's addresses take and answer, under the names that these pages use. */
import type { components } from '@/api/schema'

type Schemas = components['schemas']

export type Study = Schemas['ReaderStudy']
export type StudyState = Study['state']
export type Part = Study['parts'][number]
export type Desk = Schemas['StudyDesk']
export type Counts = Schemas['StudyCounts']
export type StudyRow = Schemas['ReaderStudyRow']
export type StudyList = Schemas['ReaderStudyList']
export type Preset = Schemas['StudyPreset']
export type CheckReport = Schemas['CheckReport']
export type Finding = Schemas['CheckFinding']
export type Act = Schemas['StudyAct']
export type ActName = Act['act']
export type Signature = Schemas['StudySignature']
export type Version = Schemas['ProtocolVersion']
export type Certificate = Schemas['BlindingCertificate']
export type PowerQuestion = Schemas['PowerQuestion']
export type PowerAnswer = Schemas['PowerAnswer']
export type AuditEntry = Schemas['AuditEntry']
export type ChainVerdict = Schemas['ChainVerdict']
export type AuditPage = Schemas['AuditPage']

export type CandidateQuery = Required<Schemas['CandidateQuery']>
export type Candidate = Schemas['Candidate']
export type Candidates = Schemas['Candidates']
export type Sequence = Candidate['sequences'][number]
export type TruthWanted = CandidateQuery['truth']
export type AddCases = Partial<Schemas['AddCases']>
export type Added = Schemas['Added']
export type StudyCase = Schemas['StudyCase']
export type StudyCases = Schemas['StudyCases']
export type CaseDetail = Schemas['CaseDetail']
export type CaseChange = Partial<Schemas['PatchedCaseChange']>
export type Exclusion = Exclude<StudyCase['exclusion'], ''>
export type Flow = Schemas['CaseFlow']

export type Member = Schemas['StudyMember']
export type Conflict = Schemas['IndependenceConflict']
export type MemberFacts = Required<Schemas['MemberFacts']>
export type Seniority = Exclude<MemberFacts['seniority'], ''>
export type Chair = Exclude<MemberFacts['chair'], ''>
export type NewMember = Schemas['NewMember']
export type Replacement = Schemas['Replacement']
export type Replaced = Schemas['Replaced']
export type Person = Schemas['StudyPerson']
export type Waiver = Schemas['Waiver']
export type NewWaiver = Schemas['NewWaiver']
export type Invitation = Schemas['Invitation']
export type NewInvitation = Schemas['NewInvitation']
export type Offer = Schemas['InvitationOffer']
export type Reminded = Schemas['Reminded']

export type Progress = Schemas['StudyProgress']
export type ReaderProgress = Schemas['ReaderProgress']
export type Cell = Schemas['ProgressCell']
export type CellState = Cell['state']
export type Timetable = Schemas['Timetable']
export type PlannedReader = Schemas['PlannedReader']
export type PlannedSession = Schemas['PlannedSession']
