/** The cases of a study: found in the archive, added, left out, withdrawn; and their flow. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'

import { api } from '@/api/client'
import { keys } from '@/api/query'

import { at, useChange } from './studies'
import type { AddCases, Added, CandidateQuery, Candidates, CaseChange, CaseDetail, Flow, StudyCase, StudyCases } from './types'

export const useCandidates = (key: string, query: CandidateQuery) =>
  useQuery({
    queryKey: keys.readerStudy(key, 'candidates', JSON.stringify(query)),
    queryFn: ({ signal }) => api.post<Candidates>(at(key, 'candidates/'), { body: query, signal }),
    placeholderData: keepPreviousData,
  })

export const useCases = (key: string) => useQuery({ queryKey: keys.readerStudy(key, 'cases'), queryFn: ({ signal }) => api.get<StudyCases>(at(key, 'cases/'), { signal }) })
export const useCase = (key: string, one: string) => useQuery({ queryKey: keys.readerStudy(key, 'cases', one), queryFn: ({ signal }) => api.get<CaseDetail>(at(key, `cases/${one}/`), { signal }) })
export const useFlow = (key: string) => useQuery({ queryKey: keys.readerStudy(key, 'flow'), queryFn: ({ signal }) => api.get<Flow>(at(key, 'flow/'), { signal }), placeholderData: keepPreviousData })

export const useAddCases = (key: string) => useChange((body: AddCases) => api.post<Added>(at(key, 'cases/'), { body }))
export const useChangeCase = (key: string) => useChange(({ one, ...body }: CaseChange & { one: string }) => api.patch<StudyCase>(at(key, `cases/${one}/`), { body }))
export const useRemoveCase = (key: string) => useChange((one: string) => api.delete<void>(at(key, `cases/${one}/`)))
export const useWithdraw = (key: string) => useChange(({ one, ...body }: { one: string; password: string; reason: string }) => api.post<unknown>(at(key, `cases/${one}/withdrawal/`), { body }))
