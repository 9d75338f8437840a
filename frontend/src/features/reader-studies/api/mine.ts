/** Whether somebody has anything to do with reader studies: kept small, for the header loads with every page. */
import { useQuery } from '@tanstack/react-query'

import type { Session, UserRole } from '@/api/types'

import { studiesQuery } from './studies'

const ALWAYS: readonly UserRole[] = ['reader', 'investigator', 'administrator']

/** Roles tell it of most; of others (radiologists who tag or code) the server is asked once in a while. */
export function useHasStudies(session: Session): boolean {
  const byRole = session.user.roles.some((role) => ALWAYS.includes(role))
  const mine = useQuery({ ...studiesQuery, enabled: !byRole, staleTime: 5 * 60_000, retry: false })
  return byRole || (mine.data?.results.length ?? 0) > 0
}
