import { type KeyboardEvent, type PointerEvent, type RefObject, useRef } from 'react'

import { keyed } from './sliding'
import styles from './Slider.module.css'

type Props = {
  /** What the handle's place is measured against. */
  track: RefObject<HTMLElement | null>
  label: string
  value: number
  text: string
  low: number
  high: number
  /** Where it stands, from 0 to 1, and which value a place is. */
  place: number
  valueAt: (place: number) => number
  onMove: (value: number) => void
  grip: string
  className?: string | undefined
  testId: string
}

/** A handle on a line: dragged by mouse, pen or finger, moved by keys. */
export function Slider({ track, label, value, text, low, high, place, valueAt, onMove, grip, className, testId }: Props) {
  /** Where in the handle it was taken: it must not jump when it is. */
  const offset = useRef(0)
  const placeOf = (clientX: number) => {
    const box = track.current?.getBoundingClientRect()
    return box && box.width > 0 ? (clientX - box.left) / box.width : place
  }
  const take = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    event.currentTarget.focus()
    offset.current = placeOf(event.clientX) - place
  }
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) onMove(valueAt(placeOf(event.clientX) - offset.current))
  }
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const next = keyed(event.key, event.shiftKey, value, low, high)
    if (next === null) return
    event.preventDefault()
    onMove(next)
  }
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-orientation="horizontal"
      aria-valuemin={low}
      aria-valuemax={high}
      aria-valuenow={value}
      aria-valuetext={text}
      className={[styles.handle, className].filter(Boolean).join(' ')}
      style={{ left: `${100 * place}%` }}
      onPointerDown={take}
      onPointerMove={drag}
      onKeyDown={press}
      data-testid={testId}
    >
      <span className={styles.grip}>{grip}</span>
    </div>
  )
}
