import { describe, expect, it } from 'vitest'

import type { CheckReport, Counts } from '../api/types'
import { firstOpen, type Progressing, todos } from './completeness'
import { paperProtocol } from './protocol.fixture'

const counts = (more: Partial<Counts> = {}): Counts => ({ assessed: 0, included: 0, excluded: 0, withdrawn: 0, practice: 0, positive: 0, negative: 0, unknown: 0, readers: 0, ...more })
const FIT: CheckReport = { fit: true, checked_at: '2026-11-27T10:00:00Z', current: true, findings: [] }
const of = (more: Partial<Progressing> = {}): Progressing => ({ protocol: paperProtocol(), counts: counts(), state: 'draft', check: null, ...more })
const what = (more: Partial<Progressing>) => Object.fromEntries(Object.entries(todos(of(more))).map(([step, list]) => [step, list.map((one) => one.what)]))

describe('a study from a preset', () => {
  it('lacks cases, readers, a check and a signature', () =>
    expect(what({})).toEqual({ aim: [], cases: ['cases'], members: ['readers'], design: [], form: [], blinding: ['check'], open: ['sign'] }))

  it.each([
    [{}, 'cases'],
    [{ counts: counts({ included: 24 }) }, 'members'],
    [{ counts: counts({ included: 24, readers: 2 }) }, 'blinding'],
    [{ counts: counts({ included: 24, readers: 2 }), check: FIT, state: 'checked' as const }, 'open'],
    [{ counts: counts({ included: 24, readers: 2 }), check: FIT, state: 'open' as const }, 'open'],
  ])('leads on, %#, to %s', (more, wanted) => expect(firstOpen(todos(of(more)))).toBe(wanted))
})

describe('what is to be done', () => {
  it('counts what the targets lack of either truth', () => {
    const protocol = paperProtocol({ targets: { positive: 12, negative: 12 } })
    expect(todos(of({ protocol, counts: counts({ included: 20, positive: 12, negative: 5 }) })).cases).toEqual([{ what: 'negatives', values: { count: 7 } }])
  })

  it('wants a hypothesis, analyses and which of them is primary', () => {
    const { aim } = paperProtocol()
    expect(what({ protocol: paperProtocol({ aim: { ...aim, hypothesis: ' ', analyses: [], primary: null } }) }).aim).toEqual(['hypothesis', 'analyses'])
    expect(what({ protocol: paperProtocol({ aim: { ...aim, primary: null } }) }).aim).toEqual(['primary'])
  })

  it('wants the check again where something was changed after it', () => expect(what({ check: { ...FIT, current: false }, counts: counts({ included: 1 }) }).blinding).toEqual(['checkAgain']))

  it('sends what the check stops at to its step, and lets warnings pass', () => {
    const finding = (step: 'design' | 'cases', level: 'stop' | 'warn') => ({ code: 'x', level, step, detail: 'x', cases: [], members: [] })
    const check = { ...FIT, fit: false, findings: [finding('design', 'stop'), finding('design', 'stop'), finding('cases', 'warn')] }
    expect(todos(of({ check, counts: counts({ included: 1 }) })).design).toEqual([{ what: 'findings', values: { count: 2 } }])
    expect(todos(of({ check, counts: counts({ included: 1 }) })).cases).toEqual([])
  })
})
