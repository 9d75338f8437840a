/** The page's keys. Silent while somebody types, and with Ctrl, Alt or Meta held. */
import { useEffect, useRef } from 'react'

export type KeyActions = Record<string, () => void>

/** Sliders and radio buttons take arrows, no letters. */
const WITHOUT_TEXT = ['range', 'radio', 'checkbox', 'button']

function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target instanceof HTMLInputElement) return !WITHOUT_TEXT.includes(target.type)
  return target.isContentEditable || ['TEXTAREA', 'SELECT'].includes(target.tagName)
}

/** Arrow keys keep their own meaning inside the panel, where they scroll and slide. */
function scrollsItself(event: KeyboardEvent): boolean {
  const moves = event.key.startsWith('Arrow') || event.key.startsWith('Page')
  return moves && event.target instanceof HTMLElement && event.target.closest('[data-own-keys]') !== null
}

export function useViewerKeys(actions: KeyActions, enabled: boolean): void {
  const current = useRef(actions)
  useEffect(() => {
    current.current = actions
  })
  useEffect(() => {
    if (!enabled) return
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey || typing(event.target) || scrollsItself(event)) return
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
      const action = (event.shiftKey && current.current[`Shift+${key}`]) || current.current[key]
      if (!action) return
      event.preventDefault()
      action()
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [enabled])
}
