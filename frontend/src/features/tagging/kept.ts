/**
 * What a browser keeps of a conclusion that was not stored: the tagger's own words and marks under opaque keys, until they are stored.
 * Nothing in it says whose case it is; what was said before stays on the server.
 */
import { keepJson, namesAfter, readJson } from '@/shared/kept'

import type { CaseView, Room } from './api'
import { type Draft, NOTHING } from './draft'

export interface Kept {
  draft: Draft
  /** The act's one name: sent again after a reload it is the same act. */
  submission: string
}

const PREFIX = 'darndest-tagging:'

/** The images' own pseudonym differs from tagger to tagger: whoever else tags at this browser finds nothing of it. */
function nameOf({ study, chair }: Pick<Room, 'study' | 'chair'>, { key, mine, images }: Pick<CaseView, 'key' | 'mine' | 'images'>): string {
  return `${PREFIX}${study.key}:${chair}:${key}:${mine?.version ?? 0}:${images.study_uid}`
}

export function readKept(room: Room, view: CaseView): Kept | undefined {
  const found = readJson(nameOf(room, view)) as Partial<Kept> | null | undefined
  if (typeof found?.submission !== 'string' || typeof found.draft !== 'object') return undefined
  return { submission: found.submission, draft: { ...NOTHING, ...found.draft } }
}

export const keep = (room: Room, view: CaseView, kept: Kept): void => keepJson(nameOf(room, view), kept)

export const forget = (room: Room, view: CaseView): void => localStorage.removeItem(nameOf(room, view))

/** Throws away what can no longer be stored: of cases that were stored meanwhile, that left, and of a study that is locked. */
export function sweep({ study, chair, open, waiting, done }: Pick<Room, 'study' | 'chair' | 'open' | 'waiting' | 'done'>): void {
  const versions = new Map(done.map(({ key, version }) => [key, version]))
  waiting.forEach(({ key }) => versions.set(key, 0))
  const prefix = `${PREFIX}${study.key}:`
  for (const name of namesAfter(prefix)) {
    const [of, key = '', version] = name.split(':')
    if (!open || (of === chair && String(versions.get(key)) !== version)) localStorage.removeItem(prefix + name)
  }
}
