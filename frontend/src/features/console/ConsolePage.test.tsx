import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { Examination, Segment, Table } from '@/api/types'
import { setLanguage } from '@/i18n'

import { ConsolePage } from './ConsolePage'

class Source extends EventTarget {
  static readonly CLOSED = 2
  static latest: Source
  readyState = 1
  constructor() {
    super()
    Source.latest = this
  }
  close() {}
}

const segment = (role: Segment['role'], facts: Partial<Segment> = {}): Segment => ({ role, state: 'complete', images: 24, expected: 24, why: 'expected', since: null, remark: '', ...facts })

const EXAMINATION: Examination = {
  id: 7,
  accession_number: 'A17',
  initials: 'L. W.',
  synthetic: true,
  segments: [segment('T1WI'), segment('T2WI'), segment('T1WIC', { state: 'absent', images: 0, expected: null, why: '' })],
  others: 0,
  came: 48,
  quiet_s: 12.4,
  state: 'done',
  percent: 100,
  advice: { given: true, text: 'Recurrence suspected on unenhanced images. Enhanced examination advised.', reason: '' },
  tier: 'positive',
  final: 'positive',
  run_id: 3,
  can_decide: true,
  decided: null,
  open_questions: 0,
}
const WITHHELD: Partial<Examination> = { tier: null, final: null, can_decide: false }
const table = (facts: Partial<Examination> = {}, shown = true): Table => ({ shown, examinations: [{ ...EXAMINATION, ...facts }], more: 0 })

let asked: { url: string; body: unknown }[]
let answers: Record<string, { status: number; body: unknown }>

function say(kind: string, found: unknown = {}) {
  act(() => void Source.latest.dispatchEvent(new MessageEvent(kind, { data: JSON.stringify(found) })))
}

function open() {
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <ConsolePage />
    </QueryClientProvider>,
  )
}

async function show(found: Table) {
  open()
  await screen.findByTestId('console-void')
  await waitFor(() => expect(Source.latest).toBeDefined())
  say('table', found)
  return screen.findByTestId('console')
}

beforeEach(() => {
  asked = []
  answers = {
    'GET /console/api/session/': { status: 200, body: { kiosk: 'MR 2' } },
    'GET /console/api/people/': { status: 200, body: [{ id: 5, name: 'Ho Lan' }] },
  }
  Source.latest = undefined as unknown as Source
  vi.stubGlobal('EventSource', Source)
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    asked.push({ url, body: typeof init.body === 'string' ? JSON.parse(init.body) : undefined })
    const { status, body } = answers[`${init.method} ${url}`] ?? { status: 404, body: { code: 'not_found', detail: 'nothing', reference: null } }
    return Promise.resolve(new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } }))
  })
})

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
  setLanguage('en')
  window.history.replaceState(null, '', '/')
})

describe('ConsolePage', () => {
  it('shows who is on the table, what has come, and the advice with its mark', async () => {
    await show(table())
    const row = screen.getByTestId('examination')
    for (const words of ['A17', 'L. W.', 'T1WI', '24 images', 'Recurrence suspected on unenhanced images. Enhanced examination advised.', '▲', '12', 's since the last slice']) expect(row.textContent).toContain(words)
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Console: MR 2')
    expect(screen.getByTestId('console').textContent).toContain('synthetic data')
  })

  it.each([
    ['waiting', 'T1WI is still arriving.'],
    ['failed', 'The run met an error.'],
    ['done', 'Scope questions are unanswered (6 of 6).'],
  ] as const)('says %s without a tier: no advice, and why', async (state, reason) => {
    await show(table({ ...WITHHELD, state, advice: { given: false, text: 'No advice: routine protocol.', reason } }))
    const advice = screen.getByTestId('console-advice')
    expect(advice.textContent).toBe(`No advice: routine protocol.${reason}`)
    expect(advice.dataset.tier).toBe('none')
    expect(advice.className).toContain('none')
    expect(screen.queryByTestId('console-confirm')).toBeNull()
  })

  it('fills segments while slices come, with a number beside', async () => {
    await show(table({ segments: [segment('T1WI', { state: 'arriving', images: 6 }), segment('T2WI', { state: 'arriving', images: 6, expected: null }), segment('T1WIC', { state: 'absent', images: 0 })] }))
    const value = (role: string) => within(screen.getByTestId(`segment-${role}`)).getByRole<HTMLMeterElement>('meter').value
    expect(value('T1WI')).toBe(0.25)
    expect(value('T2WI')).toBeGreaterThan(0)
    expect(value('T2WI')).toBeLessThan(0.9)
    expect(value('T1WIC')).toBe(0)
    expect(screen.getByTestId('segment-T1WI').textContent).toContain('6 of 24')
  })

  it('never says that more came than were promised', async () => {
    await show(table({ segments: [segment('T1WI', { state: 'arriving', images: 29, expected: 28 }), segment('T2WI'), segment('T1WIC')] }))
    expect(screen.getByTestId('segment-T1WI').textContent).toContain('29 images')
  })

  it('says that a late slice re-opened a sequence', async () => {
    await show(table({ segments: [segment('T1WI', { remark: 'A slice came late.' }), segment('T2WI'), segment('T1WIC')] }))
    expect(screen.getByTestId('reopened').textContent).toBe('T1WI: re-opened by a slice that came late or again')
  })

  it('turns to stripes at once when the connection is lost, and shows nothing of what stood there', async () => {
    await show(table())
    act(() => void Source.latest.dispatchEvent(new Event('error')))
    const page = screen.getByTestId('console-void')
    expect(page.textContent).toContain('No advice: routine protocol.')
    expect(document.body.textContent).not.toContain('Recurrence suspected')
    say('table', table())
    expect(await screen.findByTestId('console')).toBeTruthy()
    say('trouble')
    expect(screen.getByTestId('console-void').textContent).toContain('No advice: routine protocol.')
  })

  it('shows nothing of a tier in shadow mode', async () => {
    await show(table({ ...WITHHELD, advice: { given: false, text: 'No advice: routine protocol.', reason: 'Shadow mode' }, run_id: null }, false))
    expect(screen.getByTestId('console-shadow').textContent).toContain('Shadow mode')
    expect(screen.getByTestId('console-advice').textContent).toBe('No advice: routine protocol.Shadow mode.')
  })

  it('confirms as a named person by PIN, naming the run that was read', async () => {
    await show(table())
    answers['POST /console/api/examinations/7/decision/'] = { status: 403, body: { code: 'wrong_pin', detail: 'x', reference: null } }
    fireEvent.click(screen.getByTestId('console-confirm'))
    fireEvent.click(await screen.findByLabelText('Ho Lan'))
    const submit = screen.getByTestId<HTMLButtonElement>('console-submit')
    fireEvent.change(screen.getByTestId('pin'), { target: { value: '40285' } })
    expect(submit.disabled).toBe(true)
    fireEvent.change(screen.getByTestId('pin'), { target: { value: '402857' } })
    fireEvent.click(submit)
    expect((await screen.findByTestId('console-problem')).textContent).toBe('The PIN is not right: nothing was kept.')
    expect(screen.getByTestId<HTMLInputElement>('pin').value).toBe('')
    expect(asked.at(-1)?.body).toEqual({ person: 5, pin: '402857', decision: 'confirmed', contrast: true, reason: '', run_id: 3 })
    answers['POST /console/api/examinations/7/decision/'] = { status: 200, body: table() }
    fireEvent.change(screen.getByTestId('pin'), { target: { value: '402857' } })
    fireEvent.click(submit)
    await waitFor(() => expect(screen.queryByTestId('console-dialog')).toBeNull())
    say('table', table({ decided: { by: 'Ho Lan', at: '2026-11-26T10:00:00Z', decision: 'confirmed', contrast: true, reason: '' } }))
    expect(screen.getByTestId('console-decided').textContent).toBe('Goes on with contrast. Confirmed by Ho Lan')
    expect(screen.queryByTestId('console-confirm')).toBeNull()
  })

  it('lets a decision be changed with a reason, beginning from its opposite', async () => {
    await show(table({ decided: { by: 'Ho Lan', at: '2026-11-26T10:00:00Z', decision: 'overridden', contrast: false, reason: 'Allergy' } }))
    expect(screen.getByTestId('console-decided').textContent).toBe('Goes on without contrast. Overridden by Ho Lan: Allergy')
    answers['POST /console/api/examinations/7/decision/'] = { status: 200, body: table() }
    expect(screen.getByTestId('console-override').textContent).toBe('Change')
    fireEvent.click(screen.getByTestId('console-override'))
    fireEvent.click(await screen.findByLabelText('Ho Lan'))
    fireEvent.change(screen.getByTestId('pin'), { target: { value: '402857' } })
    fireEvent.change(screen.getByTestId('console-reason'), { target: { value: 'Not an allergy' } })
    fireEvent.click(screen.getByTestId('console-submit'))
    await waitFor(() => expect(asked.at(-1)?.body).toMatchObject({ decision: 'overridden', contrast: true, reason: 'Not an allergy' }))
  })

  it('marks synthetic rows one by one where others are not', async () => {
    open()
    await waitFor(() => expect(Source.latest).toBeDefined())
    say('table', { shown: true, examinations: [EXAMINATION, { ...EXAMINATION, id: 8, synthetic: false }], more: 0 })
    const rows = await screen.findAllByTestId('examination')
    expect(rows.map(({ textContent }) => textContent?.includes('synthetic'))).toEqual([true, false])
  })

  it('overrides only with a reason, and begins from the opposite', async () => {
    await show(table())
    answers['POST /console/api/examinations/7/decision/'] = { status: 200, body: table() }
    fireEvent.click(screen.getByTestId('console-override'))
    fireEvent.click(await screen.findByLabelText('Ho Lan'))
    fireEvent.change(screen.getByTestId('pin'), { target: { value: '402857' } })
    expect(screen.getByTestId<HTMLButtonElement>('console-submit').disabled).toBe(true)
    fireEvent.change(screen.getByTestId('console-reason'), { target: { value: 'Allergy' } })
    fireEvent.click(screen.getByTestId('console-submit'))
    await waitFor(() => expect(asked.at(-1)?.body).toMatchObject({ decision: 'overridden', contrast: false, reason: 'Allergy' }))
  })

  it('does not bring a decision back after the connection was lost', async () => {
    await show(table())
    fireEvent.click(screen.getByTestId('console-confirm'))
    await screen.findByTestId('console-dialog')
    act(() => void Source.latest.dispatchEvent(new Event('error')))
    say('table', table())
    expect(await screen.findByTestId('console-confirm')).toBeTruthy()
    expect(screen.queryByTestId('console-dialog')).toBeNull()
  })

  it('closes a decision that was about a result which is no longer there', async () => {
    await show(table())
    fireEvent.click(screen.getByTestId('console-confirm'))
    await screen.findByTestId('console-dialog')
    say('table', { shown: true, examinations: [], more: 0 })
    expect(screen.queryByTestId('console-dialog')).toBeNull()
    expect(screen.getByTestId('console').textContent).toContain('Nobody is on the table.')
  })

  it('asks for a token where there is none, and takes one from the address without leaving it there', async () => {
    answers['GET /console/api/session/'] = { status: 401, body: { code: 'not_signed_in', detail: 'x', reference: null } }
    open()
    expect(await screen.findByTestId('kiosk-token')).toBeTruthy()
    cleanup()
    answers['GET /console/api/session/'] = { status: 200, body: { kiosk: 'MR 2' } }
    answers['POST /console/api/session/'] = { status: 200, body: { kiosk: 'MR 2' } }
    window.history.replaceState(null, '', '/console/#darndest_kiosk_abc-DEF_1')
    open()
    await waitFor(() => expect(asked.some(({ body }) => (body as { token?: string } | undefined)?.token === 'darndest_kiosk_abc-DEF_1')).toBe(true))
    expect(window.location.hash).toBe('')
  })

  it('speaks Chinese', async () => {
    setLanguage('zh')
    await show(table({ ...WITHHELD, state: 'waiting', advice: { given: false, text: 'x', reason: 'T1WI is still arriving. A slice came again 3 s after it counted as complete, because the transfer had ended.' } }))
    expect(screen.getByTestId('console-advice').textContent).toBe('无建议：按常规方案检查。T1WI 仍在到达。 在因传输已结束而视为完整 3 秒后又收到重复的一层。')
  })
})
