/** The last check's report. A study that was found unfit keeps none on the server, so what this page was answered is kept here. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'

import { api } from '@/api/client'
import { keys } from '@/api/query'

import { at } from '../api/studies'
import type { CheckReport, Study } from '../api/types'
import type { AtDesk } from '../study/StudyPage'

const keyOf = (key: string) => keys.readerStudy(key, 'check')

/** `current`: nothing was changed since, as far as is known here. */
export type LastCheck = { report: CheckReport; current: boolean }

export function useLastCheck(study: AtDesk): LastCheck | null {
  const kept = useQuery<CheckReport | null>({ queryKey: keyOf(study.key), queryFn: () => null, enabled: false, initialData: null, staleTime: Infinity }).data
  if (study.desk.check) return { report: study.desk.check, current: true }
  return kept ? { report: kept, current: !kept.fit } : null
}

export function useRunCheck(key: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => api.post<Study>(at(key, 'check/')),
    onSuccess: (study) => {
      client.setQueryData(keys.readerStudy(key), study)
      client.setQueryData(keyOf(key), study.desk?.check ?? null)
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.readerStudies }),
  })
}
