import { Navigate, Outlet, useLocation, useOutletContext } from 'react-router'

import { LiveUpdates } from '@/api/LiveUpdates'
import type { Session } from '@/api/types'
import { IntakeProvider } from '@/features/intake/IntakeProvider'
import { isClinical, useSession } from '@/features/session/api'
import { Failed } from '@/shared/ui/Failed'

/** Lets nobody further who is not signed in; brings live events and intakes to those who see clinical studies. */
export function SessionGate() {
  const session = useSession()
  const { pathname, search } = useLocation()
  if (session.isPending) return null
  if (session.error && !session.data) return <Failed error={session.error} onRetry={() => void session.refetch()} />
  if (!session.data) return <Navigate to={`/sign-in/?next=${encodeURIComponent(pathname + search)}`} replace />
  const pages = <Outlet context={session.data} />
  if (!isClinical(session.data)) return pages
  return (
    <LiveUpdates>
      <IntakeProvider>{pages}</IntakeProvider>
    </LiveUpdates>
  )
}

/** The signed-in person, for pages below SessionGate. */
export const useSignedIn = () => useOutletContext<Session>()
