import type { ReactNode } from 'react'

import styles from './Main.module.css'

/** What a page is about, under its bar: as high as the window leaves, scrolled by what is in it. */
export function Main({ children }: { children: ReactNode }) {
  return <main className={styles.main}>{children}</main>
}
