import { type ReactNode, useEffect, useRef, useState } from 'react'

import styles from './Dropdown.module.css'

type Props = { label: ReactNode; name: string; active?: boolean; align?: 'left' | 'right'; children: ReactNode; testId?: string }

/** A button that opens a small panel below it; Escape, a click elsewhere or leaving by Tab closes it. */
export function Dropdown({ label, name, active = false, align = 'left', children, testId }: Props) {
  const [open, setOpen] = useState(false)
  const root = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (!open) return
    const outside = (event: Event) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false)
    }
    document.addEventListener('pointerdown', outside)
    document.addEventListener('focusin', outside)
    return () => {
      document.removeEventListener('pointerdown', outside)
      document.removeEventListener('focusin', outside)
    }
  }, [open])
  return (
    <div
      ref={root}
      className={styles.dropdown}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return
        event.stopPropagation()
        setOpen(false)
        button.current?.focus()
      }}
    >
      <button
        ref={button}
        type="button"
        className={`${styles.button} ${active ? styles.active : ''}`}
        aria-expanded={open}
        aria-haspopup="true"
        aria-label={name}
        data-testid={testId}
        onClick={() => setOpen(!open)}
      >
        {label} <span aria-hidden="true">▾</span>
      </button>
      {open && <div className={`${styles.panel} ${align === 'right' ? styles.right : ''}`}>{children}</div>}
    </div>
  )
}
