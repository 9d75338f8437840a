import { Outlet } from 'react-router'

import { Main } from '@/shared/ui/Main'

import { useSignedIn } from './SessionGate'
import { Header } from './Header'
import styles from './Shell.module.css'

/** The pages with the common bar; the viewer has its own. */
export function Shell() {
  const session = useSignedIn()
  return (
    <div className={styles.shell}>
      <Header session={session} />
      <Main>
        <Outlet context={session} />
      </Main>
    </div>
  )
}
