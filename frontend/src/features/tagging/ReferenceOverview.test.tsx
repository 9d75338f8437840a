import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { setLanguage } from '@/i18n'

import type { Overview, ReferenceCase } from './api'
import { ReferenceOverview } from './ReferenceOverview'

const CASE: ReferenceCase = { key: 'a', number: 7, standing: 'positive', rule: 'senior', basis: 'images', waits_for: '', debatable: true, disputed: true, nodal_only: false, rt_stage: 'rT2', sites: [], why: 'Without histopathology …' }
const FOUND: Overview = {
  open: true,
  standings: [
    { standing: 'positive', cases: 1 },
    { standing: 'negative', cases: 0 },
    { standing: 'open', cases: 1 },
    { standing: 'unusable', cases: 0 },
  ],
  bases: [{ basis: 'images', positive: 1, negative: 0 }],
  chairs: [
    { chair: 'junior', waiting: 0, staffed: true },
    { chair: 'oncologist_1', waiting: 1, staffed: false },
  ],
  cases: [CASE, { ...CASE, key: 'b', number: 8, standing: 'open', rule: 'waits', basis: '', waits_for: 'oncologist_1', debatable: false, disputed: false, rt_stage: '' }],
}
const REPORT = { stored: false, added: 2, corrected: 1, unchanged: 3, ignored: ['colour'], sha256: 'x' }

let sent: { url: string; body: unknown }[]
let answers: Record<string, { status: number; body: unknown }>

function show() {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  render(
    <QueryClientProvider client={client}>
      <ReferenceOverview study="k" />
    </QueryClientProvider>,
  )
  return screen.findByTestId('by-basis')
}

beforeEach(() => {
  sent = []
  answers = { '/api/reader-studies/k/reference/overview/': { status: 200, body: FOUND } }
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    if (init.method === 'POST') sent.push({ url, body: init.body })
    const { status, body } = answers[url] ?? { status: 404, body: {} }
    return Promise.resolve(new Response(JSON.stringify(body), { status }))
  })
})

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
  setLanguage('en')
})

describe('the reference standard of a study', () => {
  it('counts, and each number opens its cases with why', async () => {
    await show()
    fireEvent.click(screen.getByRole('button', { name: 'Debatable: 1' }))
    expect(screen.getByTestId('reference-cases').textContent).toContain('Opinions differed without histopathology; the senior radiologist decided.')
    fireEvent.click(screen.getByRole('button', { name: 'Cases waiting, Oncologist 1: 1' }))
    expect(screen.getByTestId('reference-cases').textContent).toContain('Waits for: Oncologist 1.')
    fireEvent.click(screen.getByRole('button', { name: 'leave out: 0' }))
    expect(screen.getByTestId('reference-cases').textContent).toContain('None.')
    expect(screen.getByTestId('by-chair').textContent).toContain('Oncologist 1 (nobody sits here)')
  })

  it('rehearses a table before it is taken in', async () => {
    await show()
    answers['/api/reader-studies/k/reference/?dry_run=true'] = { status: 200, body: REPORT }
    answers['/api/reader-studies/k/reference/'] = { status: 200, body: { ...REPORT, stored: true } }
    const file = new File(['case,step'], 'steps.csv', { type: 'text/csv' })
    fireEvent.change(screen.getByTestId('reference-file'), { target: { files: [file] } })
    await waitFor(() => expect(screen.getByTestId('import-report').textContent).toContain('Would add 2 steps, correct 1 and leave 3 as they are.'))
    expect(screen.getByTestId('import-report').textContent).toContain('Columns that are not read: colour.')
    fireEvent.click(screen.getByRole('button', { name: 'Take it in' }))
    await waitFor(() => expect(screen.getByTestId('import-report').textContent).toContain('Added 2 steps'))
    expect(sent.map(({ url }) => url)).toEqual(['/api/reader-studies/k/reference/?dry_run=true', '/api/reader-studies/k/reference/'])
    expect(sent.every(({ body }) => body === file)).toBe(true)
  })

  it('tells what is wrong with a table line by line', async () => {
    await show()
    const problems = [{ field: 'line 3', detail: 'recurrence is maybe' }]
    answers['/api/reader-studies/k/reference/?dry_run=true'] = { status: 400, body: { code: 'invalid', detail: 'x', reference: null, problems } }
    fireEvent.change(screen.getByTestId('reference-file'), { target: { files: [new File(['x'], 'steps.csv')] } })
    const told = within(await screen.findByTestId('import-problems'))
    expect(told.getByText('3')).toBeTruthy()
    expect(told.getByText('recurrence is maybe')).toBeTruthy()
  })

  it('takes nothing in where the study is locked, and still tells', async () => {
    answers['/api/reader-studies/k/reference/overview/'] = { status: 200, body: { ...FOUND, open: false } }
    await show()
    expect(screen.queryByTestId('reference-file')).toBeNull()
    expect(screen.queryByTestId('take-archive')).toBeNull()
    expect(screen.getByTestId('export-reference').getAttribute('href')).toBe('/api/reader-studies/k/reference/')
  })

  it('speaks Chinese', async () => {
    setLanguage('zh')
    await show()
    fireEvent.click(screen.getByRole('button', { name: '有争议: 1' }))
    expect(screen.getByTestId('reference-cases').textContent).toContain('由高年资放射科医师决定')
  })
})
