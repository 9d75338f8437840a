import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { MemoryRouter, Route, Routes } from 'react-router'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { setLanguage } from '@/i18n'

import type { Category, Item, Queue, Revealed } from './api'
import CodingPage from './CodingPage'

vi.mock('@/features/blinded-images/ready', () => ({ makeImagesReady: () => Promise.resolve() }))

const category = (key: string, error: Category['error'] = 'false_negative', other = false): Category => ({
  key,
  error,
  name: { en: `Name of ${key}`, zh: `${key} 名` },
  definition: { en: `Definition of ${key}`, zh: `${key} 定义` },
  own: false,
  other,
})

const QUEUE: Queue = {
  study: { key: 's', title: 'A study', synthetic: true, state: 'unblinded' },
  coder: true,
  adjudicator: false,
  hit_radius_mm: 15,
  adjudicate: 'primary',
  categories: [category('focal'), category('necrosis'), category('missed_other', 'false_negative', true), category('fibrosis', 'false_positive')],
  terms: [{ key: 'nasal_cavity', name: { en: 'Nasal cavity', zh: '鼻腔' } }],
  items: [
    { key: 'a', state: 'to_code' },
    { key: 'b', state: 'to_code' },
  ],
  agreement: [],
  missing: null,
}
const ITEM: Item = {
  key: 'a',
  error: 'false_negative',
  state: 'to_code',
  images: null,
  marker: [1, 2, 3],
  reference: { recurrence: true, basis: 'histopathology', rt_stage: 'rT1', sites: ['nasal_cavity'], kinds: [], nodal_only: false, debatable: true, marks: [], segmented: false },
  mine: null,
  revealed: null,
}
const REVEALED: Revealed = {
  erred: { kind: 'network', name: 'T1WI', arm: {}, stage: '', simulated: false, likelihood: null, score: 0.412, cutoff: 0.49 },
  codes: [
    { coder: 1, mine: false, primary: 'focal', contributors: ['necrosis'], remark: 'small' },
    { coder: 2, mine: false, primary: 'necrosis', contributors: [], remark: '' },
  ],
  differs: true,
  adjudication: null,
  may_adjudicate: true,
  final: null,
  proposal: {
    category: 'focal',
    evidence: [
      { category: 'focal', rule: 'stage', figures: { stage: 'rT1' }, text: 'x' },
      { category: 'low_confidence', rule: 'heatmap', figures: { distance_mm: 4.24, hit_radius_mm: 15, score: 0.412, cutoff: 0.49, likelihood: null }, text: 'x' },
      { category: 'necrosis', rule: 'unheard_of', figures: {}, text: 'As the server says it.' },
    ],
  },
}

let queue: Queue
let items: Record<string, Item>
let sent: { url: string; body: unknown }[]
let answer: { status: number; body: unknown } | undefined

function open(address = '/coding/s/') {
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <MemoryRouter initialEntries={[address]}>
        <Routes>
          <Route path="/coding/:study/" element={<CodingPage />} />
        </Routes>
      </MemoryRouter>
    </QueryClientProvider>,
  )
}

beforeEach(() => {
  queue = QUEUE
  items = { a: ITEM, b: { ...ITEM, key: 'b', error: 'false_positive', reference: { ...ITEM.reference, recurrence: false } } }
  sent = []
  answer = undefined
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    if (init.method === 'POST') {
      sent.push({ url, body: JSON.parse(String(init.body)) })
      return Promise.resolve(new Response(JSON.stringify(answer?.body), { status: answer?.status ?? 200 }))
    }
    const key = /items\/(\w+)\//.exec(url)?.[1]
    const found = key ? items[key] : queue
    const body = found ?? { code: 'not_found', detail: 'x', reference: null }
    return Promise.resolve(new Response(JSON.stringify(body), { status: found ? 200 : 404 }))
  })
})

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
  setLanguage('en')
})

describe('coding an error', () => {
  it('shows the reference and the categories of its kind, and nothing of who erred', async () => {
    open()
    expect((await screen.findByTestId('reference')).textContent).toContain('Nasal cavity')
    expect(screen.getByTestId('reference').textContent).toContain('Debatable')
    expect(screen.getByTestId('error-kind').textContent).toContain('Missed diagnosis')
    expect(screen.getAllByTestId(/^category-/).map((one) => one.dataset['testid'])).toEqual(['category-focal', 'category-necrosis', 'category-missed_other'])
    for (const hidden of ['erred', 'codes', 'proposal']) expect(screen.queryByTestId(hidden)).toBeNull()
    expect(screen.getByTestId('synthetic-band')).toBeTruthy()
  })

  it('says who is missing before the first code, in the language of the page', async () => {
    setLanguage('zh')
    queue = { ...QUEUE, missing: { coders: 1, adjudicator: true } }
    answer = { status: 409, body: { code: 'understaffed', detail: 'x', reference: null } }
    open()
    expect((await screen.findByTestId('coding-missing')).textContent).toContain('1 位编码者、一位裁定者')
    await screen.findByTestId('reference')
    fireEvent.keyDown(window, { key: '1' })
    fireEvent.keyDown(window, { key: 'Enter', ctrlKey: true })
    expect((await screen.findByRole('alert')).textContent).toContain('首个编码之前须有两位编码者')
  })

  it('takes digits, tells which is primary, and locks with Ctrl+Enter', async () => {
    open()
    await screen.findByTestId('reference')
    expect(screen.getByTestId<HTMLButtonElement>('lock').disabled).toBe(true)
    fireEvent.keyDown(window, { key: '2' })
    fireEvent.keyDown(window, { key: '1' })
    expect(screen.getByTestId('category-focal').dataset['part']).toBe('primary')
    expect(screen.getByTestId('category-necrosis').dataset['part']).toBe('contributor')
    answer = { status: 200, body: { ...ITEM, state: 'waiting', mine: { primary: 'focal', contributors: ['necrosis'], remark: '' } } }
    fireEvent.keyDown(window, { key: 'Enter', ctrlKey: true })
    await waitFor(() => expect(sent).toEqual([{ url: '/api/coding/s/items/a/codes/', body: { categories: ['focal', 'necrosis'], remark: '' } }]))
    await waitFor(() => expect(screen.getByTestId('error-kind').textContent).toContain('Misdiagnosis'))
  })

  it('wants a remark for "other" before anything is sent', async () => {
    open()
    await screen.findByTestId('reference')
    fireEvent.click(screen.getByTestId('category-missed_other'))
    expect(screen.getByTestId<HTMLButtonElement>('lock').disabled).toBe(true)
    fireEvent.change(screen.getByTestId('words'), { target: { value: 'motion' } })
    expect(screen.getByTestId<HTMLButtonElement>('lock').disabled).toBe(false)
  })

  it('says a refusal in the words of the page and keeps what was chosen', async () => {
    open()
    await screen.findByTestId('reference')
    fireEvent.click(screen.getByTestId('category-focal'))
    answer = { status: 409, body: { code: 'coded_by_others', detail: 'x', reference: null } }
    fireEvent.click(screen.getByTestId('lock'))
    expect((await screen.findByRole('alert')).textContent).toContain('Two coders have coded this error')
    expect(screen.getByTestId('category-focal').dataset['part']).toBe('primary')
  })

  it('goes through the queue with n and p, and starts each error afresh', async () => {
    open()
    await screen.findByTestId('reference')
    fireEvent.click(screen.getByTestId('category-focal'))
    fireEvent.keyDown(window, { key: 'n' })
    await screen.findByTestId('category-fibrosis')
    fireEvent.keyDown(window, { key: 'p' })
    expect((await screen.findByTestId('category-focal')).dataset['part']).toBeUndefined()
  })

  it('tells an error that others have coded meanwhile', async () => {
    items = {}
    open('/coding/s/?item=a')
    expect((await screen.findByRole('alert')).textContent).toContain('Two coders have coded this error by now')
  })

  it.each([
    ['locked', 'once the study is unblinded'],
    ['unblinded', 'no error for you'],
  ] as const)('says why there is nothing to do (%s)', async (state, words) => {
    queue = { ...QUEUE, items: [], study: { ...QUEUE.study, state } }
    open()
    expect((await screen.findByTestId('coding-empty')).textContent).toContain(words)
  })
})

describe('an error that both have coded', () => {
  beforeEach(() => {
    queue = { ...QUEUE, coder: false, adjudicator: true, items: [{ key: 'a', state: 'to_adjudicate' }] }
    items = { a: { ...ITEM, state: 'to_adjudicate', revealed: REVEALED } }
  })

  it('shows who erred, both codes, and the proposal with its figures', async () => {
    open()
    expect((await screen.findByTestId('erred')).textContent).toContain('T1WI')
    expect(screen.getByTestId('erred').textContent).toContain('score 0.412, cutoff 0.490')
    expect(screen.getByTestId('codes').textContent).toContain('Name of focal with Name of necrosis')
    const proposal = screen.getByTestId('proposal')
    expect(proposal.textContent).toContain("The heatmap's peak lies 4.2 mm from the reference lesion, within the hit radius of 15 mm.")
    expect(proposal.textContent).toContain('As the server says it.')
    expect(screen.queryByTestId('progress')).toBeNull()
  })

  it('is decided; a category that neither coder named needs a reason', async () => {
    open()
    await screen.findByTestId('erred')
    fireEvent.click(screen.getByTestId('category-missed_other'))
    expect(screen.getByTestId<HTMLButtonElement>('lock').disabled).toBe(true)
    fireEvent.click(screen.getByTestId('category-missed_other'))
    fireEvent.click(screen.getByTestId('category-necrosis'))
    const decided = { ...REVEALED, may_adjudicate: false, adjudication: { primary: 'necrosis', contributors: [], reason: '' }, final: { primary: 'necrosis', contributors: [] } }
    answer = { status: 200, body: { ...items['a'], state: 'settled', revealed: decided } }
    fireEvent.click(screen.getByTestId('lock'))
    expect((await screen.findByTestId('adjudication')).textContent).toContain('Name of necrosis')
    expect(screen.queryByTestId('lock')).toBeNull()
    expect(sent).toEqual([{ url: '/api/coding/s/items/a/adjudication/', body: { categories: ['necrosis'], reason: '' } }])
  })

  it('tells agreement so far, or that there is none to estimate', async () => {
    const estimate = { level: 0.95, method: 'x', reason: '' }
    queue = {
      ...queue,
      agreement: [
        { first: 1, second: 2, error: 'false_negative', categories: [], kappa: { ...estimate, value: 0.4842, low: 0.2137, high: 0.7547, n: 19 } },
        { first: 1, second: 2, error: 'false_positive', categories: [], kappa: { ...estimate, value: null, low: null, high: null, n: 1 } },
        { first: 1, second: 3, error: 'false_positive', categories: [], kappa: { ...estimate, value: 0, low: null, high: null, n: 2 } },
      ],
    }
    open()
    const lines = within(await screen.findByTestId('agreement')).getAllByText(/Coders/)
    expect(lines.map((line) => line.textContent)).toEqual([
      'Coders 1 and 2, Missed diagnosis: κ 0.48 (0.21 to 0.75), n = 19',
      'Coders 1 and 2, Misdiagnosis: κ cannot be estimated, n = 1',
      'Coders 1 and 3, Misdiagnosis: κ 0.00 (no interval can be given), n = 2',
    ])
  })

  it('speaks Chinese', async () => {
    setLanguage('zh')
    open()
    expect((await screen.findByTestId('proposal')).textContent).toContain('热图峰值距参考病灶 4.2 mm')
    expect(screen.getByTestId('reference').textContent).toContain('鼻腔')
  })
})
