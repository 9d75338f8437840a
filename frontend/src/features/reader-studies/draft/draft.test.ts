import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { ApiError, UNREACHABLE } from '@/api/client'

import { paperProtocol } from '../protocol/protocol.fixture'
import { Draft, PAUSE_MS, RETRY_MS, type Saved, type Send } from './draft'

const START: Saved = { revision: 3, protocol: paperProtocol() }
const answers = (revision: number): Send => (_, protocol) => Promise.resolve({ revision, protocol })

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('a draft', () => {
  it('saves once after a pause, with the revision that it knows', async () => {
    const send = vi.fn(answers(4))
    const draft = new Draft(START, send)
    draft.change(['aim', 'hypothesis'], 'Re')
    draft.change(['aim', 'hypothesis'], 'Readers see more with AI.')
    expect(draft.get().standing).toBe('unsaved')
    await vi.advanceTimersByTimeAsync(PAUSE_MS)
    expect(send).toHaveBeenCalledTimes(1)
    expect(send.mock.calls[0]?.[0]).toBe(3)
    expect(send.mock.calls[0]?.[1].aim.hypothesis).toBe('Readers see more with AI.')
    expect(draft.get()).toMatchObject({ standing: 'saved', revision: 4 })
  })

  it('does not send two at once, and sends what was changed meanwhile with the new revision', async () => {
    const waiting: ((saved: Saved) => void)[] = []
    const send = vi.fn<Send>(() => new Promise((resolve) => void waiting.push(resolve)))
    const draft = new Draft(START, send)
    draft.change(['aim', 'alpha'], 0.01)
    await vi.advanceTimersByTimeAsync(PAUSE_MS)
    draft.change(['aim', 'alpha'], 0.025)
    await vi.advanceTimersByTimeAsync(PAUSE_MS * 3)
    expect(send).toHaveBeenCalledTimes(1)
    waiting[0]?.({ revision: 4, protocol: START.protocol })
    await vi.advanceTimersByTimeAsync(PAUSE_MS)
    expect(send).toHaveBeenCalledTimes(2)
    expect(send.mock.calls[1]?.[0]).toBe(4)
    expect(send.mock.calls[1]?.[1].aim.alpha).toBe(0.025)
  })

  it('keeps what a silent server did not take, and tries again by itself', async () => {
    const send = vi.fn<Send>().mockRejectedValueOnce(new ApiError(0, UNREACHABLE, 'x', null)).mockImplementation(answers(4))
    const draft = new Draft(START, send)
    draft.change(['aim', 'alpha'], 0.01)
    await vi.advanceTimersByTimeAsync(PAUSE_MS)
    expect(draft.get()).toMatchObject({ standing: 'unreachable', protocol: { aim: { alpha: 0.01 } } })
    await vi.advanceTimersByTimeAsync(RETRY_MS)
    expect(draft.get()).toMatchObject({ standing: 'saved', revision: 4 })
  })

  it('stands still at a conflict until somebody decides', async () => {
    const send = vi.fn<Send>().mockRejectedValueOnce(new ApiError(409, 'conflict', 'Somebody saved.', null)).mockImplementation(answers(9))
    const draft = new Draft(START, send)
    draft.change(['aim', 'alpha'], 0.01)
    await vi.advanceTimersByTimeAsync(PAUSE_MS)
    draft.change(['aim', 'alpha'], 0.02)
    await vi.advanceTimersByTimeAsync(PAUSE_MS * 10)
    expect(draft.get().standing).toBe('conflict')
    expect(send).toHaveBeenCalledTimes(1)
    await draft.settle({ revision: 8, protocol: START.protocol }, 'ours')
    expect(send.mock.calls[1]?.[0]).toBe(8)
    expect(draft.get()).toMatchObject({ standing: 'saved', revision: 9, protocol: { aim: { alpha: 0.02 } } })
  })

  it('is saved again when what was changed is changed back, without a word to the server', async () => {
    const send = vi.fn<Send>().mockRejectedValueOnce(new ApiError(400, 'invalid', 'x', null, [{ field: 'aim.alpha', detail: 'too much' }]))
    const draft = new Draft(START, send)
    draft.change(['aim', 'alpha'], 0.6)
    draft.change(['aim', 'alpha'], 0.05)
    await vi.advanceTimersByTimeAsync(PAUSE_MS)
    expect(draft.get().standing).toBe('saved')
    expect(send).not.toHaveBeenCalled()
    draft.change(['aim', 'alpha'], 0.6)
    await vi.advanceTimersByTimeAsync(PAUSE_MS)
    expect(draft.get().standing).toBe('refused')
    draft.change(['aim', 'alpha'], 0.05)
    await vi.advanceTimersByTimeAsync(PAUSE_MS)
    expect(draft.get()).toMatchObject({ standing: 'saved', problems: [] })
    expect(send).toHaveBeenCalledTimes(1)
  })

  it('takes theirs without a word to the server', async () => {
    const send = vi.fn<Send>().mockRejectedValueOnce(new ApiError(409, 'conflict', 'Somebody saved.', null))
    const draft = new Draft(START, send)
    draft.change(['aim', 'alpha'], 0.01)
    await vi.advanceTimersByTimeAsync(PAUSE_MS)
    await draft.settle({ revision: 8, protocol: START.protocol }, 'theirs')
    expect(draft.get()).toMatchObject({ standing: 'saved', revision: 8, protocol: { aim: { alpha: 0.05 } } })
    expect(send).toHaveBeenCalledTimes(1)
  })

  it('shows the problems of a refusal, and drops them once it is taken', async () => {
    const problems = [{ field: 'aim.alpha', detail: 'too much' }]
    const send = vi.fn<Send>().mockRejectedValueOnce(new ApiError(400, 'invalid', 'x', null, problems)).mockImplementation(answers(4))
    const draft = new Draft(START, send)
    draft.change(['aim', 'alpha'], 0.49)
    await vi.advanceTimersByTimeAsync(PAUSE_MS)
    expect(draft.get()).toMatchObject({ standing: 'refused', problems })
    draft.change(['aim', 'alpha'], 0.1)
    await vi.advanceTimersByTimeAsync(PAUSE_MS)
    expect(draft.get()).toMatchObject({ standing: 'saved', problems: [] })
  })

  it('adopts the stored protocol only where nothing of ours would be lost', () => {
    const draft = new Draft(START, answers(4))
    const theirs = { revision: 5, protocol: { ...START.protocol, targets: { positive: 12, negative: 12 } } }
    draft.change(['aim', 'alpha'], 0.01)
    draft.adopt(theirs)
    expect(draft.get().protocol.targets.positive).toBe(0)
    draft.change(['aim', 'alpha'], 0.05)
    draft.adopt(theirs)
    expect(draft.get().protocol.targets.positive).toBe(12)
    draft.stop()
  })
})
