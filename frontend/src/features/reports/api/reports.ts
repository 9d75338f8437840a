/** Reports: what they can be made of, making them, following the work, reading them. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'

import { api, withQuery } from '@/api/client'
import { keys } from '@/api/query'
import type { Language } from '@/i18n'

import type { Analysis, CaseBehind, Changes, Conditions, Document, Paper, Report, Source, Wanted } from './types'

const ALL = '/api/reports/'
const at = (key: string, rest = '') => `${ALL}${encodeURIComponent(key)}/${rest}`
/** The work goes on for seconds. */
const WHILE_MADE_MS = 800
const CHANGES_HOLD_MS = 30_000
const FOR_EVER = Infinity

export const sourceOf = (source: Pick<Source, 'kind' | 'key'>) => `${source.kind}:${source.key}`
/** A cohort that is being defined: no report was made of it yet. */
export const NEW_COHORT = 'cohort:new'
export const isOpen = (report: Pick<Report, 'state'>) => report.state === 'waiting' || report.state === 'running'

export const useAnalyses = () => useQuery({ queryKey: keys.reports('analyses'), queryFn: ({ signal }) => api.get<Analysis[]>(`${ALL}analyses/`, { signal }), staleTime: FOR_EVER })
export const useSources = () => useQuery({ queryKey: keys.reports('sources'), queryFn: ({ signal }) => api.get<Source[]>(`${ALL}sources/`, { signal }) })

export const useReports = (source: string | undefined) =>
  useQuery({
    queryKey: keys.reports('of', source ?? ''),
    queryFn: ({ signal }) => api.get<Report[]>(ALL, { query: { source }, signal }),
    enabled: source !== undefined,
    refetchInterval: ({ state }) => (state.data?.some(isOpen) ? WHILE_MADE_MS : false),
  })

export const useReport = (key: string) =>
  useQuery({
    queryKey: keys.reports('one', key),
    queryFn: ({ signal }) => api.get<Report>(at(key), { signal }),
    refetchInterval: ({ state }) => (state.data && isOpen(state.data) ? WHILE_MADE_MS : false),
  })

/** What differs by now: the server gathers the source anew for it, so it is asked once where a report is read. */
export const useChanges = (report: Pick<Report, 'key' | 'state'>) =>
  useQuery({
    queryKey: keys.reports('changes', report.key),
    queryFn: ({ signal }) => api.get<Changes>(at(report.key, 'changes/'), { signal }),
    enabled: report.state === 'done',
    staleTime: CHANGES_HOLD_MS,
  })

/** A report that is done never changes. */
export const useDocument = (key: string, language: Language, enabled = true) =>
  useQuery({
    queryKey: keys.reports('document', key, language),
    queryFn: ({ signal }) => api.get<Document>(at(key, 'document/'), { query: { language }, signal }),
    enabled,
    staleTime: FOR_EVER,
  })

export const useCasesBehind = (key: string, conditions: Conditions) =>
  useQuery({
    queryKey: keys.reports('cases', key, JSON.stringify(conditions)),
    queryFn: ({ signal }) => api.get<CaseBehind[]>(at(key, 'cases/'), { query: conditions, signal }),
    staleTime: FOR_EVER,
  })

function useMaking<Body>(send: (body: Body) => Promise<Report>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: send,
    onSuccess: (report) => {
      client.setQueryData(keys.reports('one', report.key), report)
      void client.invalidateQueries({ queryKey: keys.reports('of') })
      void client.invalidateQueries({ queryKey: keys.reports('sources') })
    },
  })
}

export const useMake = () => useMaking((wanted: Wanted) => api.post<Report>(ALL, { body: wanted }))
export const useMakeAgain = () => useMaking((key: string) => api.post<Report>(at(key, 'again/')))

export const figureAddress = (key: string, name: string, language: Language) => at(key, `figures/${encodeURIComponent(name)}.${language}.svg`)
export const fileAddress = (key: string, name: string) => at(key, `files/${encodeURIComponent(name)}`)
export const reportPath = (key: string) => `/reports/${encodeURIComponent(key)}/`
/** A source's page; with an analysis, the form for a new one. */
export function sourcePath(source: string, analysis?: string): string {
  const [kind = '', key = ''] = source.split(':')
  return withQuery(`/reports/${encodeURIComponent(kind)}/${encodeURIComponent(key)}/`, { analysis })
}

export const usePaper = () => useQuery({ queryKey: keys.reports('paper'), queryFn: ({ signal }) => api.get<Paper>(`${ALL}paper/`, { signal }), staleTime: FOR_EVER })
