import { type ReactNode, useId } from 'react'

import styles from './Why.module.css'

/** A titled part of the panel. */
export function Section({ title, children, testId }: { title: string; children: ReactNode; testId?: string }) {
  const heading = useId()
  return (
    <section className={styles.section} aria-labelledby={heading} data-testid={testId}>
      <h2 id={heading} className={styles.title}>
        {title}
      </h2>
      {children}
    </section>
  )
}

/** A part that opens on request; its heading is the button. */
export function Foldable({ title, open, children, testId }: { title: ReactNode; open?: boolean; children: ReactNode; testId?: string }) {
  return (
    <details className={styles.section} open={open} data-testid={testId}>
      <summary className={styles.summary}>{title}</summary>
      {children}
    </details>
  )
}
