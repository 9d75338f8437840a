import { createContext, useContext } from 'react'

import type { Analysis, Conditions, Report } from '../api/types'

/** What the blocks of a sheet need to know and to do. */
export type OfSheet = {
  report: Report
  analysis: Analysis | undefined
  /** `title`: the cell in words; the cases are those that it counts. */
  showCases: (conditions: Conditions, title: string) => void
}

export const SheetContext = createContext<OfSheet | null>(null)

export function useSheet(): OfSheet {
  const found = useContext(SheetContext)
  if (!found) throw new Error('useSheet belongs below a SheetContext')
  return found
}
