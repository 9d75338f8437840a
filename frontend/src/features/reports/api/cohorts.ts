/** Defining a cohort of the archive's examinations: what may be asked for, and how many a definition means. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'

import { api } from '@/api/client'
import { keys } from '@/api/query'
import type { components } from '@/api/schema'

type Schemas = components['schemas']
export type CohortChoices = Schemas['CohortChoices']
export type CohortCount = Schemas['CohortCount']

export const LISTS = ['sources', 'protocols', 'bundles', 'manufacturers', 'stations'] as const
export type ListName = (typeof LISTS)[number]
/** As the server takes it; what asks for nothing is left out. */
export type Definition = { title: string; first_day?: string; last_day?: string; synthetic?: string; learnt?: string; split?: string; established?: boolean } & Partial<Record<ListName, readonly string[]>>

const COHORTS = '/api/reports/cohorts/'

export const useCohortChoices = () => useQuery({ queryKey: keys.reports('cohort-choices'), queryFn: ({ signal }) => api.get<CohortChoices>(COHORTS, { signal }) })

/** The count of the definition before stays while the next is asked for. */
export const useCohortCount = (definition: Definition) =>
  useQuery({
    queryKey: keys.reports('cohort-count', JSON.stringify({ ...definition, title: '' })),
    queryFn: ({ signal }) => api.post<CohortCount>(COHORTS, { body: { definition: { ...definition, title: 'Cohort' } }, signal }),
    placeholderData: keepPreviousData,
  })
