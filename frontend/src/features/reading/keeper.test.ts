import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { FORM } from './form.fixture'
import { keep, readKept } from './kept'
import { AnswerKeeper, type Place, TAKEN_OVER } from './keeper'
import { settleLeftovers } from './leftovers'
import { type FakeServer, readingServer, refusal } from './server.fixture'

const SLOT = { study: 'study', assignment: 'case', slot: 'only' }
const COMPLETE = { recurrence: false, likelihood: 20, decided_by: ['t1wi'], quality: 'good' }

let server: FakeServer & { answers: Map<string, unknown> }
const made: AnswerKeeper[] = []
const locked = vi.fn()
const stale = vi.fn()

function open(change: Partial<Place> = {}): AnswerKeeper {
  const keeper = new AnswerKeeper({
    study: 'study',
    assignment: 'case',
    seat: 'seat',
    stage: 'only',
    form: FORM,
    forcedPoint: false,
    held: { answers: {}, revision: 0 },
    corrects: false,
    tookOver: false,
    ...change,
  })
  keeper.tell({ locked, stale })
  keeper.start()
  made.push(keeper)
  return keeper
}

/** The page goes without a word, as when a browser is killed: nothing of it may act any more. */
function kill(keeper: AnswerKeeper): void {
  vi.clearAllTimers()
  made.splice(made.indexOf(keeper), 1)
}

const soon = () => vi.advanceTimersByTimeAsync(500)
const later = () => vi.advanceTimersByTimeAsync(60_000)

beforeEach(() => {
  localStorage.clear()
  vi.useFakeTimers()
  server = readingServer()
  locked.mockClear()
  stale.mockClear()
})

afterEach(() => {
  made.splice(0).forEach((keeper) => keeper.end())
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('a draft', () => {
  it('is kept in the browser at once and on the server soon; changes in a row go as one', async () => {
    const keeper = open()
    keeper.change({ recurrence: true })
    keeper.change({ likelihood: 7 })
    keeper.change({ likelihood: 70 })
    expect(readKept(SLOT)).toEqual({ answers: { recurrence: true, likelihood: 70 }, revision: 3 })
    expect(keeper.view().standing).toBe('saving')
    await soon()
    expect(server.to(/draft/).map(({ body }) => body)).toEqual([{ seat: 'seat', stage: 'only', answers: { recurrence: true, likelihood: 70 }, revision: 3 }])
    expect(keeper.view()).toMatchObject({ standing: 'saved', savedAt: '2026-11-27T12:04:31Z' })
  })

  it('says that it is not saved while there is no connection, and is sent once it is back', async () => {
    const keeper = open()
    server.network = 'cut'
    keeper.change({ recurrence: true })
    await soon()
    keeper.change({ likelihood: 80 })
    await later()
    expect(keeper.view().standing).toBe('kept')
    server.network = 'up'
    await later()
    expect(server.to(/draft/).map(({ body }) => [body['revision'], body['answers']])).toEqual([[2, { recurrence: true, likelihood: 80 }]])
    expect(keeper.view().standing).toBe('saved')
  })

  it('goes out at once when the browser says that it is online', async () => {
    const keeper = open()
    server.network = 'cut'
    keeper.change({ recurrence: true })
    await vi.advanceTimersByTimeAsync(20_000)
    server.network = 'up'
    window.dispatchEvent(new Event('online'))
    await vi.advanceTimersByTimeAsync(1)
    expect(keeper.view().standing).toBe('saved')
  })

  it.each([500, 502, 503])('waits while the server answers %i', async (status) => {
    let down = true
    server.on(/draft/, ({ body }) => (down ? refusal('server_error', status) : { body: { revision: body['revision'], saved_at: 'now' } }))
    const keeper = open()
    keeper.change({ recurrence: true })
    await soon()
    expect(keeper.view().standing).toBe('kept')
    down = false
    await later()
    expect(keeper.view().standing).toBe('saved')
  })

  it('that was not sent is there after a reload, and is sent', async () => {
    const before = open()
    server.network = 'cut'
    before.change({ recurrence: true, likelihood: 90 })
    await soon()
    kill(before)
    server.network = 'up'
    const keeper = open({ held: { answers: { recurrence: true }, revision: 0 } })
    expect(keeper.view()).toMatchObject({ answers: { recurrence: true, likelihood: 90 }, standing: 'kept' })
    await soon()
    expect(server.to(/draft/).at(-1)?.body).toMatchObject({ answers: { recurrence: true, likelihood: 90 } })
  })

  it('of the server stands where it is newer than the browser’s', () => {
    keep(SLOT, { answers: { likelihood: 1 }, revision: 3 })
    expect(open({ held: { answers: { likelihood: 2 }, revision: 4 } }).view().answers).toEqual({ likelihood: 2 })
  })

  it('of a page that took the case over outranks whatever the other page kept', async () => {
    const keeper = open({ held: { answers: { likelihood: 2 }, revision: 4 }, tookOver: true })
    await later()
    expect(server.to(/draft/)).toEqual([])
    keeper.change({ likelihood: 3 })
    await soon()
    expect(server.to(/draft/)[0]?.body['revision']).toBe(5 + TAKEN_OVER)
  })

  it('is sent again above a revision that the server has already', async () => {
    server.on(/draft/, ({ body }) => ({ body: { revision: Math.max(9, body['revision'] as number), saved_at: 'now' } }))
    const keeper = open()
    keeper.change({ likelihood: 3 })
    await soon()
    expect(server.to(/draft/).map(({ body }) => body['revision'])).toEqual([1, 10])
    expect(keeper.view().standing).toBe('saved')
  })

  it('stops where another tab reads, and keeps what was typed', async () => {
    server.on(/draft/, () => refusal('seat_taken'))
    const keeper = open()
    keeper.change({ recurrence: true })
    await later()
    expect(keeper.view().standing).toBe('elsewhere')
    expect(server.to(/draft/)).toHaveLength(1)
    expect(readKept(SLOT)?.answers).toEqual({ recurrence: true })
  })

  it('waits for a signed-out reader to sign in', async () => {
    let signedIn = false
    server.on(/draft/, ({ body }) => (signedIn ? { body: { revision: body['revision'], saved_at: 'now' } } : refusal('not_signed_in', 401)))
    const keeper = open()
    keeper.change({ recurrence: true })
    await soon()
    expect(keeper.view().standing).toBe('signed_out')
    signedIn = true
    window.dispatchEvent(new Event('focus'))
    await soon()
    expect(keeper.view().standing).toBe('saved')
  })

  it('goes out when the page is left', () => {
    const keeper = open()
    keeper.change({ recurrence: true })
    keeper.leave()
    expect(server.to(/draft/)).toHaveLength(1)
  })
})

describe('the act that locks', () => {
  it('empties the browser and tells', async () => {
    const keeper = open({ held: { answers: COMPLETE, revision: 3 } })
    keeper.lock()
    await soon()
    expect(locked).toHaveBeenCalledOnce()
    expect(localStorage).toHaveLength(0)
    expect([...server.answers.values()]).toEqual([COMPLETE])
  })

  it('is one act, though its answer was lost and the page reloaded', async () => {
    const before = open({ held: { answers: COMPLETE, revision: 3 } })
    server.network = 'deaf'
    before.lock()
    await vi.advanceTimersByTimeAsync(5_000)
    expect(before.view()).toMatchObject({ standing: 'kept', acting: true })
    kill(before)
    server.network = 'up'
    // Before it was sent the act was kept, so that this page sends the same one.
    const keeper = open({ held: { answers: COMPLETE, revision: 3 } })
    expect(keeper.view().acting).toBe(true)
    await soon()
    expect(locked).toHaveBeenCalledOnce()
    expect(server.answers.size).toBe(1)
    expect(new Set(server.to(/submission/).map(({ body }) => body['submission'])).size).toBe(1)
    expect(localStorage).toHaveLength(0)
  })

  it('lets nothing be changed while it is on its way, and is not begun twice', async () => {
    const keeper = open({ held: { answers: COMPLETE, revision: 3 } })
    server.network = 'cut'
    keeper.lock()
    keeper.lock()
    keeper.change({ likelihood: 99 })
    await soon()
    expect(keeper.view().answers).toEqual(COMPLETE)
    server.network = 'up'
    await later()
    expect(server.to(/submission/)).toHaveLength(1)
  })

  it('is queried for a contradiction, and sent as meant or not at all', async () => {
    server.on(/submission/, ({ body }) => (body['contradiction_confirmed'] ? { body: { submitted_at: 'now', case: null } } : refusal('contradiction')))
    const keeper = open({ held: { answers: { ...COMPLETE, likelihood: 80 }, revision: 3 } })
    keeper.lock()
    await soon()
    expect(keeper.view()).toMatchObject({ queried: true, acting: false })
    expect(locked).not.toHaveBeenCalled()
    expect(readKept(SLOT)?.act).toBeUndefined()
    keeper.lock({ confirmed: true })
    await soon()
    expect(locked).toHaveBeenCalledOnce()
  })

  it('that does not fit the form is no act: the problems stand at their questions until they are changed', async () => {
    server.on(/submission/, () => refusal('invalid', 400, { problems: [{ field: 'site', detail: 'an answer is needed' }] }))
    const keeper = open({ held: { answers: COMPLETE, revision: 3 } })
    keeper.lock()
    await soon()
    expect(keeper.view()).toMatchObject({ acting: false, problems: [{ field: 'site' }] })
    keeper.change({ site: 'wall' })
    expect(keeper.view().problems).toEqual([])
  })

  it.each(['stage_locked', 'case_withdrawn', 'study_not_open', 'paused'])('says when the case stands otherwise: %s', async (code) => {
    server.on(/submission/, () => refusal(code))
    const keeper = open({ held: { answers: COMPLETE, revision: 3 } })
    keeper.lock()
    await later()
    expect(stale).toHaveBeenCalledOnce()
    expect(server.to(/submission/)).toHaveLength(1)
  })

  it('corrects with a reason, without drafts', async () => {
    const keeper = open({ corrects: true, held: { answers: COMPLETE, revision: 0 } })
    keeper.change({ likelihood: 40 })
    await later()
    expect(server.to(/draft/)).toEqual([])
    keeper.lock({ reason: 'misread slice 9' })
    await soon()
    expect(server.to(/correction/)[0]?.body).toMatchObject({ reason: 'misread slice 9', answers: { ...COMPLETE, likelihood: 40 } })
    expect(localStorage).toHaveLength(0)
  })
})

describe('what the browser keeps', () => {
  it('is nothing but opaque keys, answers, a count and an act', async () => {
    const keeper = open()
    server.network = 'cut'
    keeper.change(COMPLETE)
    keeper.lock()
    await soon()
    expect(Object.keys(localStorage)).toEqual(['darndest-reading:study:case:only'])
    expect(Object.keys(readKept(SLOT) ?? {}).sort()).toEqual(['act', 'answers', 'revision'])
  })

  it('of a case that is no longer open is finished where an act was begun, thrown away where it is locked, else left', async () => {
    const act = { submission: 'one', answers: COMPLETE, confirmed: false }
    keep({ ...SLOT, assignment: 'begun' }, { answers: COMPLETE, revision: 2, act })
    keep({ ...SLOT, assignment: 'locked' }, { answers: COMPLETE, revision: 2 })
    keep({ ...SLOT, assignment: 'open' }, { answers: COMPLETE, revision: 2, act })
    keep({ ...SLOT, assignment: 'another person' }, { answers: COMPLETE, revision: 2 })
    keep({ ...SLOT, study: 'another study' }, { answers: COMPLETE, revision: 2 })
    const done = [{ key: 'locked', position: 1, practice: false, correctable: false }]
    const room = { study: { key: 'study', title: '', synthetic: true }, current: 'open', done }
    expect(await settleLeftovers(room, 'seat')).toBe(1)
    expect([...server.answers.keys()]).toEqual(['one'])
    expect(Object.keys(localStorage).sort()).toEqual([
      'darndest-reading:another study:case:only',
      'darndest-reading:study:another person:only',
      'darndest-reading:study:open:only',
    ])
  })

  it('of an act stays while the server is silent or knows nobody', async () => {
    const act = { submission: 'one', answers: COMPLETE, confirmed: false }
    keep({ ...SLOT, assignment: 'begun' }, { answers: COMPLETE, revision: 2, act })
    const room = { study: { key: 'study', title: '', synthetic: true }, current: null, done: [] }
    server.network = 'cut'
    expect(await settleLeftovers(room, 'seat')).toBe(0)
    server.network = 'up'
    server.on(/submission/, () => refusal('not_found', 404))
    expect(await settleLeftovers(room, 'seat')).toBe(0)
    expect(localStorage).toHaveLength(1)
  })
})
