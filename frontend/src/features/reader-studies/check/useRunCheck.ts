/** The last check's report, as the server keeps it, and the next check. */
import { useMutation, useQueryClient } from '@tanstack/react-query'

import { api } from '@/api/client'
import { keys } from '@/api/query'

import { at } from '../api/studies'
import type { Study } from '../api/types'

export function useRunCheck(key: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => api.post<Study>(at(key, 'check/')),
    onSuccess: (study) => client.setQueryData(keys.readerStudy(key), study),
    onSettled: () => client.invalidateQueries({ queryKey: keys.readerStudies }),
  })
}
