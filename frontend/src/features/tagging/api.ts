/** Tagging and the reference standard: what is asked of the server and sent to it. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'

import { api, ApiError, csrfToken, errorFrom, UNREACHABLE } from '@/api/client'
import { keys } from '@/api/query'
import type { components } from '@/api/schema'

type Schemas = components['schemas']
export type Room = Schemas['TaggingRoom']
export type CaseView = Schemas['TaggingCase']
export type Said = Schemas['Said']
export type Comparison = Schemas['Comparison']
export type StepBody = Schemas['Step']
export type Term = Schemas['Term']
export type Criteria = Schemas['Criteria']
export type Chair = Schemas['TaggerChair']
export type Basis = Schemas['ReferenceBasis']
export type Overview = Schemas['Overview']
export type ReferenceCase = Schemas['ReferenceCase']
export type Standing = Schemas['ReferenceStanding']
export type ImportReport = Schemas['ImportReport']
export type Taken = Schemas['Taken']

const room = (study: string) => ['tagging', study] as const
const oneCase = (study: string, key: string) => ['tagging', study, 'case', key] as const
const overview = (study: string) => keys.readerStudy(study, 'reference')
const tagging = (study: string) => `/api/tagging/${study}/`
const reference = (study: string) => `/api/reader-studies/${study}/reference/`

export const useRoom = (study: string) =>
  useQuery({ queryKey: room(study), queryFn: ({ signal }) => api.get<Room>(tagging(study), { signal }), refetchOnWindowFocus: true })

export const useCase = (study: string, key: string) =>
  useQuery({ queryKey: oneCase(study, key), queryFn: ({ signal }) => api.get<CaseView>(`${tagging(study)}cases/${key}/`, { signal }), staleTime: Infinity })

type Told = {
  /** The server has it. */
  taken: () => void
  /** The queue has been read anew, also where the next case stands already. */
  stored: (number: number) => void
}

/** Store a step. */
export function useTag(study: string, key: string, told: Told) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: StepBody) => api.post<CaseView>(`${tagging(study)}cases/${key}/steps/`, { body }),
    onSuccess: async (view) => {
      told.taken()
      await client.refetchQueries({ queryKey: room(study), exact: true })
      told.stored(view.number)
      client.removeQueries({ queryKey: oneCase(study, key) })
    },
  })
}

export const useOverview = (study: string) =>
  useQuery({ queryKey: overview(study), queryFn: ({ signal }) => api.get<Overview>(`${reference(study)}overview/`, { signal }) })

export const exportAddress = (study: string) => reference(study)

export type Table = { file: File; dryRun: boolean }

/** A CSV as it is, byte for byte: its SHA-256 stands in the audit trail. */
export function useImport(study: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ file, dryRun }: Table) => sendTable(`${reference(study)}${dryRun ? '?dry_run=true' : ''}`, file),
    onSuccess: (report) => (report.stored ? client.invalidateQueries({ queryKey: keys.readerStudy(study) }) : undefined),
  })
}

export function useTake(study: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => api.post<Taken>(`${reference(study)}archive/`),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.readerStudy(study) }),
  })
}

async function sendTable(address: string, file: File): Promise<ImportReport> {
  const headers = { Accept: 'application/json', 'Content-Type': 'text/csv', 'X-CSRFToken': csrfToken() }
  const response = await fetch(address, { method: 'POST', headers, body: file, credentials: 'same-origin' }).catch(() => {
    throw new ApiError(0, UNREACHABLE, 'The server did not answer.', null)
  })
  const text = await response.text()
  if (!response.ok) throw errorFrom(response.status, text)
  return JSON.parse(text) as ImportReport
}
