/** What error coding asks of the server, and the two acts of it. Everything starts with the study's key. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'

import { api } from '@/api/client'
import type { components } from '@/api/schema'

type Schemas = components['schemas']
export type Queue = Schemas['CodingQueue']
export type QueuedItem = Schemas['QueuedError']
export type ItemState = QueuedItem['state']
export type Item = Schemas['CodingItem']
export type ErrorKind = Item['error']
export type Category = Schemas['CodingCategory']
export type Reference = Schemas['CodingReference']
export type Revealed = Schemas['RevealedError']
export type Evidence = Schemas['ErrorEvidence']
export type Code = Schemas['SubmittedCode']
export type Pair = Schemas['PairAgreement']
export type Overview = Schemas['CodingOverview']
export type MissingPeople = Schemas['MissingCoders']
export type Bar = Schemas['ErrorBar']

const keysOf = (study: string) => ({
  queue: ['coding', study] as const,
  item: (item: string) => ['coding', study, 'items', item] as const,
  overview: ['coding', study, 'overview'] as const,
})

export const useQueue = (study: string) =>
  useQuery({ queryKey: keysOf(study).queue, queryFn: ({ signal }) => api.get<Queue>(`/api/coding/${study}/`, { signal }), refetchInterval: 30_000 })

export const useItem = (study: string, item: string) =>
  useQuery({
    queryKey: keysOf(study).item(item),
    queryFn: ({ signal }) => api.get<Item>(`/api/coding/${study}/items/${item}/`, { signal }),
    // Pictures hang on this answer: it changes only by what is done here, or by the other coder.
    staleTime: Infinity,
  })

export const useOverview = (study: string) =>
  useQuery({ queryKey: keysOf(study).overview, queryFn: ({ signal }) => api.get<Overview>(`/api/reader-studies/${study}/coding/`, { signal }) })

export const exportAddress = (study: string) => `/api/reader-studies/${study}/coding/export/`

export type Said = { categories: string[]; words: string }

/** Locks a code, or decides between two; both answer with the error as it then stands, and both may be sent again. */
export function useSubmission(study: string, item: string, act: 'codes' | 'adjudication') {
  const client = useQueryClient()
  const keys = keysOf(study)
  return useMutation({
    mutationFn: ({ categories, words }: Said) => {
      const body = act === 'codes' ? { categories, remark: words } : { categories, reason: words }
      return api.post<Item>(`/api/coding/${study}/items/${item}/${act}/`, { body })
    },
    onSuccess: async (found) => {
      client.setQueryData(keys.item(item), found)
      // Another error of the same case may be shown now.
      await client.invalidateQueries({ queryKey: ['coding', study, 'items'], predicate: ({ queryKey }) => queryKey[3] !== item, refetchType: 'none' })
      await client.invalidateQueries({ queryKey: keys.queue, exact: true })
    },
  })
}
