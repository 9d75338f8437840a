import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'

import { setLanguage } from '@/i18n'

import type { RoomView } from './api'
import { StartPage } from './StartPage'

const ROOM: RoomView = {
  study: { key: 's', title: 'A study', synthetic: false },
  told: { prevalence: '', clinical_facts: '', instructions: '' },
  lroc: false,
  lock: 'reading',
  session: { number: 1, of: 2, opens_at: null, locked: false, lockable: false },
  later: [{ number: 2, washout_days: 28, earliest: '2026-12-25T12:00:00Z' }],
  progress: { done: 0, total: 4, practice_done: 0, practice_total: 0 },
  state: 'ready',
  current: null,
  done: [],
}

const open = (room: RoomView) => render(<StartPage room={room} busy={false} problem={undefined} onBegin={() => {}} onCorrect={() => {}} onLockSession={() => {}} />)

afterEach(() => {
  cleanup()
  setLanguage('en')
})

it('tells when later sessions open at the earliest, and on what that rests', () => {
  open(ROOM)
  const later = screen.getByTestId('later-sessions').textContent
  expect(later).toContain('Session 2: not before Friday, December 25, 2026, 28 days after')
  expect(later).toContain('If session 1 is finished today')
})

it.each([
  [{ opens_at: '2026-12-01T12:00:00Z' }, '以第 1 场在开放当天完成计'],
  [{ lockable: true }, '自您最后一次作答算起'],
])('says so in Chinese, %o', (session, words) => {
  setLanguage('zh')
  open({ ...ROOM, session: { ...ROOM.session, ...session } })
  expect(screen.getByTestId('later-sessions').textContent).toContain(words)
})

it('is silent where there is no later session', () => {
  open({ ...ROOM, later: [] })
  expect(screen.queryByTestId('later-sessions')).toBeNull()
})
