import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { MemoryRouter } from 'react-router'
import { afterEach, expect, it, vi } from 'vitest'

import '@/i18n'

import type { CohortChoices, CohortCount } from '../api/cohorts'
import type { Analysis, Source } from '../api/types'
import { ANALYSIS, REPORT } from '../sheet/document.fixture'
import { CohortPage } from './CohortPage'

const CHOICES: CohortChoices = { first_day: '2024-01-01', last_day: '2025-01-01', sources: ['page', 'stow'], protocols: ['demonstration 1'], bundles: [{ sha256: 'abc', name: 'T1WI weights' }], manufacturers: [], stations: ['MR1'], synthetic: ['any', 'yes', 'no'], learnt: ['left_out', 'apparent'], split: ['protocol', 'none'] }
const COUNT: CohortCount = { source: 'cohort:k', examinations: 12, patients: 10, recurrences: 3, without_recurrence: 4, without_truth: 5, synthetic: 12, left_out: [{ name: 'not read yet', count: 2 }], cohorts: [{ name: 'demonstration 1', count: 12 }] }
const ALL: Source = { kind: 'cohort', key: 'all', title: 'All examinations', state: 'cohort', locked: true, unblinded: true, synthetic: true, cases: 14, definition: { title: 'All examinations' } }
const LATER: Source = { ...ALL, key: 'k', title: 'Later', definition: { title: 'Later', sources: ['stow'] } }
const LEDGER: Analysis = { ...ANALYSIS, name: 'ledger', reads: 'use', title: { en: 'Ledger', zh: '台账' }, options: [] }

const asked: { path: string; body: unknown }[] = []
/** Definitions that were counted, or sent with a report. */
const sent = (path: string) => asked.filter((one) => one.path === path && one.body !== undefined).map((one) => one.body)

function show(address: string) {
  asked.length = 0
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    asked.push({ path, body: typeof init.body === 'string' ? JSON.parse(init.body) : undefined })
    const answer = path.endsWith('/cohorts/') ? (init.method === 'GET' ? CHOICES : COUNT) : REPORT
    return Promise.resolve(new Response(JSON.stringify(answer)))
  })
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <MemoryRouter initialEntries={[address]}>
        <CohortPage sources={[ALL, LATER]} analyses={[ANALYSIS, LEDGER]} />
      </MemoryRouter>
    </QueryClientProvider>,
  )
}

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

it('counts what is asked for before a report is made of it', async () => {
  show('/reports/cohort/new/')
  expect((await screen.findByTestId('cohort-counted')).textContent).toBe('12 examinations count, of 10 patients')
  expect(screen.getByTestId('cohort-count').textContent).toContain('not read yet2')
  expect(screen.getByTestId('cohort-count').textContent).toContain('Reports were made of this cohort already')
  await userEvent.click(await screen.findByRole('checkbox', { name: 'DICOMweb (STOW-RS)' }))
  await vi.waitFor(() => expect(sent('/api/reports/cohorts/').at(-1)).toEqual({ definition: { title: 'Cohort', sources: ['stow'] } }))
  expect(screen.queryByTestId('make')).toBeNull()
})

it('makes a report of a definition', async () => {
  show('/reports/cohort/new/?analysis=ledger')
  const title = await screen.findByLabelText('Title')
  await userEvent.clear(title)
  expect(screen.getByTestId('make')).toHaveProperty('disabled', true)
  await userEvent.type(title, 'Ours')
  await userEvent.click(screen.getByRole('checkbox', { name: 'MR1' }))
  await userEvent.click(screen.getByTestId('make'))
  expect(sent('/api/reports/')).toEqual([{ source: 'cohort:new', analysis: 'ledger', options: {}, watermark: false, definition: { title: 'Ours', stations: ['MR1'] } }])
})

it('makes no ledger of examinations chosen by their outcome', async () => {
  show('/reports/cohort/new/?analysis=ledger')
  await userEvent.click(await screen.findByRole('checkbox', { name: 'Only with an established truth' }))
  expect(screen.getByTestId('cohort-refused').textContent).toContain('chosen by their outcome')
  expect(screen.queryByTestId('make')).toBeNull()
})

it('begins with a known definition, and counts nothing of days out of order', async () => {
  show('/reports/cohort/new/?like=cohort%3Ak')
  expect(await screen.findByRole('checkbox', { name: 'DICOMweb (STOW-RS)' })).toHaveProperty('checked', true)
  await userEvent.type(screen.getByLabelText('From'), '2025-01-01')
  await userEvent.type(screen.getByLabelText('To'), '2024-01-01')
  expect(screen.getByText('The first day is after the last.')).not.toBeNull()
  expect(screen.queryByTestId('cohort-count')).toBeNull()
})
