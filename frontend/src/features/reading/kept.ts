/**
 * What a browser keeps of an unfinished answer: the reader's own answers under opaque keys (study, assignment), until they are locked.
 * Nothing in it says whose case it is, or what anybody knows of it.
 */
import type { Answers } from './answers'

/** An act that was begun: sent until an answer comes, always under the same UUID. */
export interface PendingAct {
  submission: string
  answers: Answers
  confirmed: boolean
  /** Of a correction. */
  reason?: string
}

export interface Kept {
  answers: Answers
  /** The page's count of its changes. */
  revision: number
  act?: PendingAct
}

const PREFIX = 'darndest-reading:'

/** Which answer: all opaque. `slot`: the stage, or the correction of one. */
export interface Slot {
  study: string
  assignment: string
  slot: string
}

const name = ({ study, assignment, slot }: Slot) => `${PREFIX}${study}:${assignment}:${slot}`

export function readKept(slot: Slot): Kept | undefined {
  const text = localStorage.getItem(name(slot))
  if (text === null) return undefined
  try {
    const found = JSON.parse(text) as Kept
    return typeof found.revision === 'number' && typeof found.answers === 'object' ? found : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

export function keep(slot: Slot, kept: Kept): void {
  try {
    localStorage.setItem(name(slot), JSON.stringify(kept))
  } catch {
    // A full or forbidden storage: the answers stay in memory and go to the server; only a reload would lose unsent ones.
  }
}

export function forget(slot: Slot): void {
  localStorage.removeItem(name(slot))
}

/** Every answer that this browser keeps of a study. */
export function allKept(of: string): Slot[] {
  const names = Array.from({ length: localStorage.length }, (_, index) => localStorage.key(index) ?? '')
  return names.flatMap((each) => {
    const [study, assignment, slot] = each.startsWith(PREFIX) ? each.slice(PREFIX.length).split(':') : []
    return study === of && assignment && slot ? [{ study, assignment, slot }] : []
  })
}
