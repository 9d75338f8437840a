/** The form's keys, wherever the focus is: y and n, digits for the likelihood, the keys on the options of the question in hand. */
import { useEffect, useEffectEvent, useRef } from 'react'

import type { Answers } from './answers'
import { optionOf, type Question, toggled, typedDigit } from './form'

/** The form at this moment, whether it was drawn yet or not: keys may come faster. */
export interface FormNow {
  /** Those that are asked. */
  questions: readonly Question[]
  answers: Answers
  active: string | undefined
}

interface FormActs {
  answer: (question: Question, value: unknown) => void
  /** To the question after this one. */
  advance: (from: Question) => void
  lock: () => void
  help: () => void
  pause: () => void
}

type FormKeys = FormNow & FormActs

/** Digits typed within this time belong to one number. */
const TYPING_MS = 1500

export function useFormKeys(now: () => FormNow, acts: FormActs, enabled: boolean): void {
  const typed = useRef({ value: undefined as number | undefined, at: 0 })
  const press = useEffectEvent((event: KeyboardEvent) => {
    // Whether the default was prevented tells nothing: over the images Cornerstone prevents every key's.
    if (event.altKey || event.metaKey) return
    if (event.key === 'Enter' && event.ctrlKey) return take(event, acts.lock)
    if (event.ctrlKey || isText(event.target)) return
    const act = actionOf(event, { ...now(), ...acts }, typed.current)
    if (act) take(event, act)
  })
  useEffect(() => {
    if (!enabled) return
    const listen = (event: KeyboardEvent) => press(event)
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [enabled])
}

function take(event: KeyboardEvent, act: () => void): void {
  event.preventDefault()
  act()
}

function isText(target: EventTarget | null): boolean {
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && target.type !== 'range')
}

type Typed = { value: number | undefined; at: number }

function actionOf(event: KeyboardEvent, keys: FormKeys, typed: Typed): (() => void) | undefined {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  const active = keys.questions.find((question) => question.key === keys.active)
  if (key === '?') return keys.help
  if (key === 'p') return keys.pause
  if (key === 'Enter') return enter(event, keys, active)
  return option(key, keys, active) ?? yesNo(key, keys, active) ?? likelihood(key, keys, active, typed)
}

/** Enter goes on, but on a button it presses the button. */
function enter(event: KeyboardEvent, keys: FormKeys, active: Question | undefined): (() => void) | undefined {
  const button = event.target instanceof HTMLElement && event.target.closest('button')
  if (!active || (button && button.dataset['option'] === undefined)) return undefined
  return () => keys.advance(active)
}

function option(key: string, keys: FormKeys, active: Question | undefined): (() => void) | undefined {
  const chosen = active && optionOf(active, key)
  if (!active || chosen === undefined) return undefined
  if (active.kind === 'choices') return () => keys.answer(active, toggled(keys.answers[active.key], chosen))
  return () => {
    keys.answer(active, chosen)
    keys.advance(active)
  }
}

function yesNo(key: string, keys: FormKeys, active: Question | undefined): (() => void) | undefined {
  if (key !== 'y' && key !== 'n') return undefined
  const question = active?.kind === 'yes_no' ? active : keys.questions.find(({ meaning }) => meaning === 'recurrence')
  if (!question) return undefined
  return () => {
    keys.answer(question, key === 'y')
    keys.advance(question)
  }
}

function likelihood(key: string, keys: FormKeys, active: Question | undefined, typed: Typed): (() => void) | undefined {
  const question = active?.kind === 'scale' ? active : keys.questions.find(({ meaning }) => meaning === 'likelihood')
  if (!question || !/^([0-9]|Backspace)$/.test(key)) return undefined
  const before = keys.answers[question.key]
  return () => {
    const now = performance.now()
    const goesOn = now - typed.at < TYPING_MS && typed.value === before
    const value = key === 'Backspace' ? erased(before) : typedDigit(goesOn ? typed.value : undefined, Number(key))
    typed.value = value
    typed.at = now
    keys.answer(question, value ?? null)
  }
}

function erased(before: unknown): number | undefined {
  return typeof before === 'number' && before >= 10 ? Math.floor(before / 10) : undefined
}
