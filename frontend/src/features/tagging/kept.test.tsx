import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, renderHook, waitFor } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import type { CaseView, Room } from './api'
import { sweep } from './kept'
import { useConclusion } from './useConclusion'

const ROOM: Room = {
  study: { key: 's', title: 'A study', synthetic: false },
  chair: 'junior',
  open: true,
  current: 'c',
  waiting: [{ key: 'c', number: 1 }],
  done: [],
  later: 0,
  sites: [],
  kinds: [],
  rt_stages: [],
  criteria: { growth_from: 61, growth_to: 183, free: 365 },
}
const VIEW: CaseView = {
  key: 'c',
  number: 1,
  chair: 'junior',
  open: true,
  images: { root: '/x', study_uid: '2.25.1', series: [], heatmaps: [] },
  comparisons: [],
  segmentations: [],
  previous: [],
  mine: null,
}
const MINE = 'darndest-tagging:s:junior:c:0:2.25.1'

let answer: () => Promise<Response>
let sent: { submission: string; remark: string }[]

function open(view: CaseView = VIEW) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const wrapper = ({ children }: { children: ReactNode }) => <QueryClientProvider client={client}>{children}</QueryClientProvider>
  return renderHook(() => useConclusion(ROOM, view, () => {}), { wrapper })
}

/** As a tagger concludes: nothing is seen, as said in a remark. */
function conclude({ result }: ReturnType<typeof open>, remark: string) {
  act(() => result.current.dispatch({ type: 'choose', choice: 'notSeen' }))
  act(() => result.current.dispatch({ type: 'set', values: { remark } }))
}

beforeEach(() => {
  localStorage.clear()
  sent = []
  answer = () => Promise.resolve(new Response(JSON.stringify(VIEW), { status: 201 }))
  vi.stubGlobal('fetch', (_: string, init: RequestInit) => {
    sent.push(JSON.parse(String(init.body)) as (typeof sent)[number])
    return answer()
  })
})

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

it('keeps nothing of a case that was only looked at', () => {
  open()
  expect(localStorage).toHaveLength(0)
})

it('has the conclusion again after a reload, sends it under the same name, and keeps nothing once it is stored', async () => {
  const first = open()
  conclude(first, 'No mass.')
  answer = () => Promise.reject(new TypeError('Failed to fetch'))
  act(() => first.result.current.store())
  await waitFor(() => expect(first.result.current.tag.isError).toBe(true))
  first.unmount()
  expect(Object.keys(localStorage)).toEqual([MINE])
  const again = open()
  expect(again.result.current.draft).toMatchObject({ choice: 'notSeen', remark: 'No mass.' })
  answer = () => Promise.resolve(new Response(JSON.stringify(VIEW), { status: 201 }))
  act(() => again.result.current.store())
  await waitFor(() => expect(again.result.current.tag.isSuccess).toBe(true))
  expect(new Set(sent.map(({ submission }) => submission)).size).toBe(1)
  expect(localStorage).toHaveLength(0)
})

it('keeps the conclusion alone', () => {
  conclude(open(), 'No mass.')
  const kept = JSON.parse(localStorage.getItem(MINE) ?? '{}') as Record<string, unknown>
  expect(Object.keys(kept).sort()).toEqual(['draft', 'submission'])
})

it('shows nobody else what was not stored: not another tagger of the chair, not as a correction', () => {
  conclude(open(), 'No mass.')
  const mine = { step: 'junior', version: 1, recurrence: true, basis: 'images', remark: 'Mass.', sites: [], kinds: [], marks: [], rt_stage: '', basis_days: null, basis_date: null, segmentation: '', nodal_only: false, debatable: false } as unknown as CaseView['mine']
  for (const view of [{ ...VIEW, images: { ...VIEW.images, study_uid: '2.25.2' } }, { ...VIEW, mine }]) {
    expect(open(view).result.current.draft.remark).toBe(view.mine ? 'Mass.' : '')
  }
})

it.each([
  ['it waits', ROOM, 1],
  ['it was stored', { ...ROOM, waiting: [], done: [{ key: 'c', number: 1, version: 1 }] }, 0],
  ['it left the study', { ...ROOM, waiting: [] }, 0],
  ['the study is locked', { ...ROOM, open: false }, 0],
  ['it is another chair\'s', { ...ROOM, chair: 'senior' as const, waiting: [] }, 1],
  ['it is another study\'s', { ...ROOM, study: { ...ROOM.study, key: 't' }, waiting: [] }, 1],
])('what is kept where %s', (_, room, left) => {
  conclude(open(), 'No mass.')
  sweep(room)
  expect(localStorage).toHaveLength(left)
})
