/** The worklist's keys. They rest while something is typed or a dialog is open. */
import { useEffect, useRef } from 'react'

export type WorklistActs = {
  move: (step: 1 | -1) => void
  open: () => void
  preview: () => void
  takeIn: () => void
  sort: () => void
  help: () => void
  escape: () => void
}

export function useWorklistKeys(acts: WorklistActs) {
  const latest = useRef(acts)
  useEffect(() => {
    latest.current = acts
  })
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isBusyElsewhere(event.target)) return
      const act = actOf(event, latest.current)
      if (!act) return
      event.preventDefault()
      act()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}

function isBusyElsewhere(target: EventTarget | null): boolean {
  if (document.querySelector('dialog[open]')) return true
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null
}

function actOf({ key, target }: KeyboardEvent, acts: WorklistActs): (() => void) | null {
  // Enter, space and arrows keep their meaning on buttons and links; on a row or the page they are the list's.
  const onControl = target instanceof Element && target.closest('button, a, aside') !== null
  switch (key) {
    case '/':
      return () => document.getElementById('worklist-search')?.focus()
    case 'j':
      return () => acts.move(1)
    case 'k':
      return () => acts.move(-1)
    case 'u':
      return acts.takeIn
    case 's':
      return acts.sort
    case '?':
      return acts.help
    case 'Escape':
      return acts.escape
  }
  if (onControl) return null
  if (key === 'ArrowDown') return () => acts.move(1)
  if (key === 'ArrowUp') return () => acts.move(-1)
  if (key === 'Enter') return acts.open
  return key === ' ' ? acts.preview : null
}
