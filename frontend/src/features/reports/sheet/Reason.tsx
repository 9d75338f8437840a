import { type ReactNode, useId, useState } from 'react'

import styles from './Table.module.css'

type Place = { top: number; left: number }

/** Something that tells why on hover and on focus; Escape hides it. It stands over the table, which may scroll under it. */
export function Reason({ reason, onClick, children }: { reason: string; onClick?: (() => void) | undefined; children: ReactNode }) {
  const id = useId()
  const [place, setPlace] = useState<Place | null>(null)
  const show = (element: HTMLElement) => {
    const { bottom, left, right } = element.getBoundingClientRect()
    setPlace({ top: bottom + 4, left: Math.min((left + right) / 2, window.innerWidth - 180) })
  }
  const hide = () => setPlace(null)
  return (
    <>
      <button
        type="button"
        className={styles.why}
        aria-describedby={place ? id : undefined}
        onMouseEnter={(event) => show(event.currentTarget)}
        onMouseLeave={hide}
        onFocus={(event) => show(event.currentTarget)}
        onBlur={hide}
        onKeyDown={(event) => event.key === 'Escape' && hide()}
        onClick={onClick}
      >
        {children}
      </button>
      {place && (
        <span id={id} role="tooltip" className={styles.tooltip} style={{ top: place.top, left: place.left }}>
          {reason}
        </span>
      )}
    </>
  )
}
