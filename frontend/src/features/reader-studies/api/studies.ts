/** Studies as lists and as one: founding, drafting, checking, signing, following. */
import { keepPreviousData, queryOptions, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'

import { api } from '@/api/client'
import { keys } from '@/api/query'

import type { Protocol } from '../protocol/types'
import type { ActName, AuditPage, Certificate, ChainVerdict, PowerAnswer, PowerQuestion, Preset, Progress, Reminded, Study, StudyList, Timetable } from './types'

const ALL = '/api/reader-studies/'
/** Below one study; `rest` such as 'cases/'. */
export const at = (key: string, rest = '') => `${ALL}${encodeURIComponent(key)}/${rest}`

export const studiesQuery = queryOptions({ queryKey: keys.readerStudies, queryFn: ({ signal }) => api.get<StudyList>(ALL, { signal }) })
export const useStudies = () => useQuery(studiesQuery)

const EVERY_MS = 15_000

export const useStudy = (key: string) => useQuery({ queryKey: keys.readerStudy(key), queryFn: ({ signal }) => api.get<Study>(at(key), { signal }), refetchInterval: EVERY_MS })

export const usePresets = () => useQuery({ queryKey: keys.readerStudy('', 'presets'), queryFn: ({ signal }) => api.get<Preset[]>(`${ALL}presets/`, { signal }), staleTime: Infinity })

export function useFound() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: { title: string; preset: string }) => api.post<Study>(ALL, { body }),
    onSuccess: (study) => {
      client.setQueryData(keys.readerStudy(study.key), study)
      void client.invalidateQueries({ queryKey: keys.readerStudies, exact: true })
    },
  })
}

/** What anything below a study changes may show in the study itself (its counts, its state, its acts) and in the list. */
export function useChange<Body, Answer>(send: (body: Body) => Promise<Answer>) {
  const client = useQueryClient()
  return useMutation({ mutationFn: send, onSettled: () => client.invalidateQueries({ queryKey: keys.readerStudies }) })
}

/** The answer of these is the study as it then stands. */
function useStudyChange<Body>(key: string, send: (body: Body) => Promise<Study>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: send,
    onSuccess: (study) => client.setQueryData(keys.readerStudy(key), study),
    onSettled: () => client.invalidateQueries({ queryKey: keys.readerStudies }),
  })
}

export const useRename = (key: string) => useStudyChange(key, (title: string) => api.patch<Study>(at(key), { body: { title } }))
export const saveProtocol = (key: string, revision: number, protocol: Protocol) => api.put<Study>(at(key, 'protocol/'), { body: { revision, protocol } })
export const fetchStudy = (key: string) => api.get<Study>(at(key))

export type Signing = { act: ActName; password: string; reason: string; seed: string | null }
export const useSignAct = (key: string) =>
  useStudyChange(key, ({ seed, ...body }: Signing) => api.post<Study>(at(key, 'acts/'), { body: seed === null ? body : { ...body, seed } }))
export const useAmend = (key: string) =>
  useStudyChange(key, (body: { protocol: Protocol; password: string; reason: string }) => api.post<Study>(at(key, 'amendments/'), { body }))

export function useCopy(key: string) {
  return useChange((body: { title: string; cases: boolean; reference: boolean; members: boolean }) => api.post<Study>(at(key, 'copy/'), { body }))
}

export const useCertificate = (key: string, enabled = true) =>
  useQuery({ queryKey: keys.readerStudy(key, 'certificate'), queryFn: ({ signal }) => api.get<Certificate>(at(key, 'certificate/'), { signal }), enabled, staleTime: 0 })

/** A question as key: the same question is not asked twice. */
export const usePower = (key: string, question: PowerQuestion) =>
  useQuery({
    queryKey: keys.readerStudy(key, 'power', JSON.stringify(question)),
    queryFn: ({ signal }) => api.post<PowerAnswer>(at(key, 'power/'), { body: question, signal }),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  })

export const useTimetable = (key: string, revision: number) =>
  useQuery({
    queryKey: keys.readerStudy(key, 'timetable', String(revision)),
    queryFn: ({ signal }) => api.get<Timetable>(at(key, 'timetable/'), { signal }),
    placeholderData: keepPreviousData,
  })

export const useProgress = (key: string) =>
  useQuery({ queryKey: keys.readerStudy(key, 'progress'), queryFn: ({ signal }) => api.get<Progress>(at(key, 'progress/'), { signal }), refetchInterval: EVERY_MS })

export const useRemind = (key: string) => useChange((members: string[]) => api.post<Reminded[]>(at(key, 'reminders/'), { body: { members } }))

export const useAudit = (key: string, action: string) =>
  useInfiniteQuery({
    queryKey: keys.readerStudy(key, 'audit', action),
    queryFn: ({ pageParam, signal }) => api.get<AuditPage>(at(key, 'audit/'), { query: { before: pageParam, action, size: 100 }, signal }),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.next_before,
  })

/** Walks the whole chain on the server, so only when asked. */
export const useVerification = (key: string) =>
  useQuery({ queryKey: keys.readerStudy(key, 'verification'), queryFn: ({ signal }) => api.get<ChainVerdict>(at(key, 'audit/verification/'), { signal }), enabled: false, retry: false })
