/** What the reading room asks of the server. */
import { useQuery } from '@tanstack/react-query'

import { api } from '@/api/client'
import type { components } from '@/api/schema'

import type { Answers } from './answers'
import type { Question } from './form'

type Schemas = components['schemas']

export type Stage = Schemas['ReadingStage']
export type RoomView = Schemas['Room']
export type CaseView = Omit<Schemas['CaseView'], 'form'> & { form: Question[] }
export type Submitted = Schemas['Submitted']
export type SavedDraft = Schemas['SavedDraft']
export type Aid = Schemas['Aid']
export type Feedback = Schemas['Feedback']
export type EventKind = Schemas['ReadingClientEvent']
export type Overlay = Schemas['ReadingOverlay']

const room = (study: string) => `/api/reading/${encodeURIComponent(study)}/`
const reading = (study: string, assignment: string) => `${room(study)}readings/${encodeURIComponent(assignment)}/`

export const roomKey = (study: string) => ['reading', study] as const

export const useRoom = (study: string) =>
  useQuery({ queryKey: roomKey(study), queryFn: ({ signal }) => api.get<RoomView>(room(study), { signal }), staleTime: 0 })

export const openNext = (study: string, seat: string) => api.post<CaseView>(`${room(study)}next/`, { body: { seat } })

export const getCase = (study: string, assignment: string, seat: string) =>
  api.get<CaseView>(reading(study, assignment), { query: { seat } })

export const takeSeat = (study: string, assignment: string, seat: string, take: boolean) =>
  api.post<{ seat_held: boolean }>(`${reading(study, assignment)}seat/`, { body: { seat, take } })

export const pause = (study: string, seat: string) => api.post<RoomView>(`${room(study)}pause/`, { body: { seat } })

export const lockSession = (study: string, session: number) => api.post<RoomView>(`${room(study)}session-lock/`, { body: { session } })

export interface DraftBody {
  seat: string
  stage: Stage
  answers: Answers
  revision: number
}

/** `leaving`: the page goes; the browser sends it all the same. */
export const saveDraft = (study: string, assignment: string, body: DraftBody, leaving = false) =>
  api.put<SavedDraft>(`${reading(study, assignment)}draft/`, { body, keepalive: leaving })

export interface SubmissionBody {
  seat: string
  stage: Stage
  answers: Answers
  submission: string
  contradiction_confirmed: boolean
}

export const submit = (study: string, assignment: string, body: SubmissionBody) =>
  api.post<Submitted>(`${reading(study, assignment)}submission/`, { body })

export const correct = (study: string, assignment: string, { seat: _, ...body }: SubmissionBody & { reason: string }) =>
  api.post<Submitted>(`${reading(study, assignment)}correction/`, { body })

export interface ReadingEvent {
  stage: Stage
  kind: EventKind
  overlay?: Overlay
}

export const report = (study: string, assignment: string, seat: string, { stage, kind, overlay }: ReadingEvent, leaving = false) =>
  api.post<void>(`${reading(study, assignment)}events/`, {
    body: { seat, stage, kind, ...(overlay ? { detail: { overlay } } : {}) },
    keepalive: leaving,
  })
