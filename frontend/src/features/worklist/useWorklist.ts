import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'

import { api } from '@/api/client'
import { keys } from '@/api/query'
import type { Worklist } from '@/api/types'

import { inOrder, merge, type Shown } from './live'
import { asQuery, type WorklistParams, writeParams } from './params'

export function useWorklist(params: WorklistParams) {
  return useQuery({
    queryKey: [...keys.worklists, writeParams(params).toString()],
    queryFn: ({ signal }) => api.get<Worklist>('/api/worklist/', { query: asQuery(params), signal }),
    placeholderData: keepPreviousData,
    // Live events bring changes at once; this is for the time in which the connection is lost.
    refetchInterval: 60_000,
  })
}

/** The rows as they stand on the page: in order after a change of the question, then renewed in place. */
export function useShownRows(answer: Worklist | undefined, question: string, current: boolean) {
  const [shown, setShown] = useState<Shown>(() => inOrder([]))
  const asked = useRef<string | null>(null)
  const held = useRef(false)
  useEffect(() => {
    if (!answer || !current) return
    const sameQuestion = asked.current === question
    asked.current = question
    setShown((before) => (sameQuestion ? merge(before, answer.results, held.current) : inOrder(answer.results)))
  }, [answer, question, current])
  const sort = useCallback(() => answer && setShown(inOrder(answer.results)), [answer])
  const hold = useCallback((value: boolean) => {
    held.current = value
  }, [])
  return { shown, sort, hold }
}
