import { readFileSync } from 'node:fs'

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { MemoryRouter } from 'react-router'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { CutoffData, CutoffDraft } from '@/api/types'
import { setLanguage } from '@/i18n'

import type { Column } from './arithmetic'
import { shareOf } from './Before'
import CutoffDeskPage from './CutoffDeskPage'

const { columns, tariff } = JSON.parse(readFileSync('src/features/cutoff-desk/arithmetic.fixture.json', 'utf8')) as { columns: Column; tariff: CutoffData['tariff'] }
const KEY = 'archive:3'
const DATA: CutoffData = {
  key: KEY,
  kind: 'archive',
  title: 'demonstration 1',
  unblinded: true,
  synthetic: true,
  inputs_sha256: 'a'.repeat(64),
  cohorts: [{ ...columns, name: '', scores: [...columns.scores], t1wic: [...columns.t1wic], truths: [...columns.truths], without_truth: 2, unread: 0, refusal: null }],
  refusal_together: null,
  marks: [
    { key: 'installed', whose: 'installed', name: 'demonstration 1', first: 0.4321, second: 0.2109, standing: 'own' },
    { key: 'paper-internal', whose: 'paper', name: 'Internal cohort', first: 0.49, second: 0.197, standing: 'others' },
  ],
  tariff,
  prevalence: 0.03,
}
const share = (value: number) => ({ value, low: value - 0.05, high: value + 0.05, reason: '' })
const figures = { sensitivity: share(0.9), specificity: share(0.8), spared: share(0.4) }
const DRAFT: CutoffDraft = {
  name: 'by hand',
  version: 1,
  cohort: '',
  first: 0.4321,
  second: 0.2109,
  t1wic: 0.5,
  examinations: 240,
  recurrences: 100,
  apparent: figures,
  cross_validated: { ...figures, sensitivity: share(0.87) },
  inputs_sha256: 'a'.repeat(64),
  made_by: 'Zhao Min',
  made_at: '2026-11-27T10:00:00Z',
  synthetic: true,
}

let sent: unknown[]
let drafts: CutoffDraft[]
let data: CutoffData

async function show() {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  render(
    <QueryClientProvider client={client}>
      <MemoryRouter>
        <CutoffDeskPage />
      </MemoryRouter>
    </QueryClientProvider>,
  )
  return screen.findByTestId('tiers')
}

beforeEach(() => {
  sent = []
  drafts = []
  data = DATA
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    if (init.method === 'POST') {
      sent.push(JSON.parse(String(init.body)))
      drafts = [DRAFT]
      return Promise.resolve(new Response(JSON.stringify(DRAFT), { status: 201 }))
    }
    const found = url.endsWith('/drafts/') ? { drafts } : url === '/api/cutoff-desk/' ? { sources: [{ key: KEY, kind: 'archive', title: 'demonstration 1', unblinded: true }] } : data
    return Promise.resolve(new Response(JSON.stringify(found)))
  })
})

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
  setLanguage('en')
})

const handle = (name: string) => screen.getByTestId(`handle-${name}`)

describe('CutoffDeskPage', () => {
  it('begins at the calibrated cutoffs of these networks, and says that what it shows is apparent', async () => {
    await show()
    expect([handle('first').getAttribute('aria-valuenow'), handle('second').getAttribute('aria-valuenow')]).toEqual(['0.4321', '0.2109'])
    expect(screen.getByTestId('whole').textContent).toContain('Apparent')
    expect(screen.getByTestId('mark-paper-internal').textContent).toContain('another operating point')
    expect(screen.getByTestId('left-out').textContent).toContain('7 patients without advice')
    expect(screen.getByTestId('synthetic')).toBeTruthy()
  })

  it('moves by keys, keeps the order, and tells the same numbers again', async () => {
    await show()
    const before = screen.getByTestId('count-suspicious').textContent
    fireEvent.keyDown(handle('second'), { key: 'End' })
    expect(handle('second').getAttribute('aria-valuenow')).toBe('0.4321')
    expect(screen.getByTestId('count-suspicious').textContent).toBe('0')
    fireEvent.keyDown(handle('first'), { key: 'ArrowLeft', shiftKey: true })
    expect(handle('first').getAttribute('aria-valuenow')).toBe('0.4321')
    fireEvent.click(within(screen.getByTestId('mark-installed')).getByRole('button'))
    expect(screen.getByTestId('count-suspicious').textContent).toBe(before)
  })

  it('saves a draft of what the handles say, once it has a name', async () => {
    await show()
    const card = within(screen.getByTestId('drafts'))
    const save = card.getByRole<HTMLButtonElement>('button', { name: 'Save draft' })
    expect(save.disabled).toBe(true)
    fireEvent.keyDown(handle('first'), { key: 'ArrowRight' })
    fireEvent.change(card.getByLabelText('Name'), { target: { value: ' by hand ' } })
    fireEvent.click(save)
    const table = await screen.findByTestId('draft-table')
    expect(sent).toEqual([{ name: 'by hand', cohort: '', first: 0.433, second: 0.2109, inputs_sha256: 'a'.repeat(64) }])
    expect(table.textContent).toContain('87.0 (82.0–92.0) % cross-validated')
    await waitFor(() => expect(screen.getByTestId('draft-said').textContent).toContain('Nothing was activated'))
  })

  it('offers no draft where the server would refuse one', async () => {
    data = { ...DATA, cohorts: DATA.cohorts.map((one) => ({ ...one, refusal: { code: 'too_few', detail: 'Few.' } })) }
    await show()
    expect(screen.getByTestId('draft-refused').textContent).toContain('at least 30 patients')
    expect(screen.queryByRole('button', { name: 'Save draft' })).toBeNull()
  })

  it('marks a price that is none and keeps the last good one', async () => {
    await show()
    const price = screen.getByLabelText('With contrast')
    const before = screen.getByTestId('exams-all').textContent
    fireEvent.change(price, { target: { value: '-3' } })
    expect(price.getAttribute('aria-invalid')).toBe('true')
    expect(screen.getByTestId('exams-all').textContent).toBe(before)
    fireEvent.change(price, { target: { value: '500' } })
    expect(screen.getByTestId('exams-all').textContent).not.toBe(before)
  })

  it('searches in the calibration’s way', async () => {
    await show()
    fireEvent.click(screen.getByRole('button', { name: 'c1 by Youden, c2 for the target' }))
    expect(screen.getByTestId('search-said').textContent).toContain('The highest c2')
    fireEvent.change(screen.getByLabelText('Target sensitivity, %'), { target: { value: '120' } })
    expect(screen.getByTestId('search-said').textContent).toBe('A share above 0, at most 100.')
  })

  it('speaks Chinese', async () => {
    setLanguage('zh')
    await show()
    expect(screen.getByTestId('whole').textContent).toContain('表观值')
  })
})

describe('a target in percent', () => {
  it('is the decimal that was typed', () => {
    expect([shareOf('90'), shareOf('92.5'), shareOf('100'), shareOf('7'), shareOf('92,25')]).toEqual(['0.90', '0.925', '1.00', '0.07', '0.9225'])
    expect([shareOf('0'), shareOf('101'), shareOf('x'), shareOf('')]).toEqual([null, null, null, null])
  })
})
