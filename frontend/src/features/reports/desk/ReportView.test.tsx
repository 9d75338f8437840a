import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { MemoryRouter } from 'react-router'
import { afterEach, expect, it, vi } from 'vitest'

import '@/i18n'

import type { Changes, Report } from '../api/types'
import { ANALYSIS, DOCUMENT, REPORT } from '../sheet/document.fixture'
import { ReportView } from './ReportView'

const asked: string[] = []

const UNCHANGED: Changes = { stale: false, changed_since: null, differs_from: null }

function show(report: Report, changes: Changes = UNCHANGED) {
  asked.length = 0
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    asked.push(`${init.method} ${path}`)
    const answer = path.includes('/document/') ? DOCUMENT : path.includes('/changes/') ? changes : path.includes('/cases/') ? [{ case: 7, cohort: 'internal', truth: true, basis: 'histopathology', calls: { T1WI: 'yes' }, scores: { T1WI: 0.81 }, tier: 'positive', link: '/viewer/1.2/' }] : { ...REPORT, key: 'NEW' }
    return Promise.resolve(new Response(JSON.stringify(answer)))
  })
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <MemoryRouter>
        <ReportView report={report} analysis={ANALYSIS} title="A study" />
      </MemoryRouter>
    </QueryClientProvider>,
  )
}

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

it('says how far it is while it is made, and asks for no page yet', () => {
  show({ ...REPORT, state: 'running', progress: 0.4, step: 'analysis', files: [] })
  expect(screen.getByTestId('making').textContent).toContain('Computing')
  expect(screen.getByRole('progressbar').getAttribute('value')).toBe('0.4')
  expect(asked).toEqual([])
  expect(screen.queryByTestId('export')).toBeNull()
})

it('says why it failed, and makes it again', async () => {
  show({ ...REPORT, state: 'failed', error: 'The worker was lost three times.' })
  expect(screen.getByTestId('failed').textContent).toContain('The worker was lost three times.')
  await userEvent.click(screen.getByTestId('again'))
  expect(asked).toContain('POST /api/reports/KEY/again/')
})

it('says what changed since, and how much more', async () => {
  const differences = Array.from({ length: 6 }, (_, index) => `case ${index + 1}: truth yes → no`)
  show(REPORT, { stale: true, changed_since: { count: 9, differences }, differs_from: null })
  const words = (await screen.findByTestId('stale-report')).textContent
  expect(words).toContain('case 5: truth yes → no')
  expect(words).not.toContain('case 6')
  expect(words).toContain('and 4 more.')
})

it('opens the cases behind a cell in the drawer with links, and closes back to the cell', async () => {
  show(REPORT)
  const cell = await screen.findByRole('button', { name: /^197\s?, T1WI, Cases: show the cases$/ })
  await userEvent.click(cell)
  expect((await screen.findByRole('link', { name: 'Case 7' })).getAttribute('href')).toBe('/viewer/1.2/')
  expect(asked).toContain('GET /api/reports/KEY/cases/?cohort=internal&truth=yes')
  await userEvent.keyboard('{Escape}')
  expect(screen.queryByTestId('cases-behind')).toBeNull()
  expect(document.activeElement).toBe(cell)
  expect(screen.getByTestId('inputs-hash').textContent).toBe(REPORT.inputs_sha256)
})

it('tells in the recipe what was pre-specified and what differs from the report before', async () => {
  show(REPORT, { ...UNCHANGED, differs_from: { key: 'OLD', count: 120, differences: ['reader junior_1, case 17: call no → yes'] } })
  await screen.findByTestId('sheet')
  await screen.findByTestId('differences')
  const recipe = screen.getByTestId('recipe').textContent
  expect(recipe).toContain('1 figures pre-specified')
  expect(recipe).toContain('reader junior_1, case 17: call no → yes')
  expect(recipe).toContain('and 119 more.')
  expect(recipe).toContain('3 %')
})
