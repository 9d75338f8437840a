/** Where each part of a study leads, and whether that door is open in the study's state. */
import type { Part, StudyRow, StudyState } from '../api/types'

/** `word`: a key of the words `studies`. `over`: shut for good, else not yet open. */
export type Door = { word: 'read' | 'tag' | 'code' | 'adjudicate' | 'setUp' | 'follow' | 'look'; to: string; open: boolean; over: boolean }

const BEFORE_UNBLINDING: readonly StudyState[] = ['draft', 'checked', 'open', 'closed', 'locked']
const ENDED: readonly StudyState[] = ['closed', 'locked', 'unblinded']

/** In the order of what a person came for: reading first, the desk last. */
export function doorsOf(row: Pick<StudyRow, 'key' | 'state' | 'parts' | 'counts' | 'imported'>): Door[] {
  const { key, state } = row
  const has = (...parts: Part[]) => parts.some((part) => row.parts.includes(part))
  const doors: Door[] = []
  if (has('reader')) doors.push({ word: 'read', to: `/reading/${key}/`, open: state === 'open', over: ENDED.includes(state) })
  if (has('tagger')) doors.push({ word: 'tag', to: `/tagging/${key}/`, open: BEFORE_UNBLINDING.includes(state), over: state === 'unblinded' })
  if (has('coder')) doors.push({ word: 'code', to: `/coding/${key}/`, open: state === 'unblinded', over: false })
  else if (has('adjudicator')) doors.push({ word: 'adjudicate', to: `/coding/${key}/`, open: state === 'unblinded', over: false })
  // Counts are told to whoever works at the desk: investigators, deputies, administrators.
  if (row.counts) doors.push({ word: state === 'draft' || state === 'checked' ? 'setUp' : 'follow', to: `/studies/${key}/`, open: true, over: false })
  return doors
}
