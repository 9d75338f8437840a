/**
 * What a browser keeps of an unfinished answer: the reader's own answers under opaque keys (study, assignment), until they are locked.
 * Nothing in it says whose case it is, or what anybody knows of it.
 */
import { keepJson, namesAfter, readJson } from '@/shared/kept'

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
  const found = readJson(name(slot)) as Kept | null | undefined
  return typeof found?.revision === 'number' && typeof found.answers === 'object' ? found : undefined
}

export const keep = (slot: Slot, kept: Kept): void => keepJson(name(slot), kept)

export function forget(slot: Slot): void {
  localStorage.removeItem(name(slot))
}

/** Every answer that this browser keeps of a study. */
export function allKept(of: string): Slot[] {
  return namesAfter(PREFIX).flatMap((each) => {
    const [study, assignment, slot] = each.split(':')
    return study === of && assignment && slot ? [{ study, assignment, slot }] : []
  })
}
