import { Outlet } from 'react-router'

import { useSignedIn } from './SessionGate'
import { Header } from './Header'
import styles from './Shell.module.css'

/** The pages with the common bar; the viewer has its own. */
export function Shell() {
  const session = useSignedIn()
  return (
    <div className={styles.shell}>
      <Header session={session} />
      <main className={styles.main}>
        <Outlet context={session} />
      </main>
    </div>
  )
}
