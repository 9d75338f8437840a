import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import '@/i18n'

import type { Bar, Overview } from '../api'
import { CodingOverview } from './CodingOverview'

const cell = (key: string, primary: number, any: number, cases: number[]) => ({ key, primary, any, cases })
const bar = (facts: Partial<Bar>): Bar => ({
  kind: 'reader',
  name: 'Senior reader 1',
  arm: 'aided',
  stage: 'unaided',
  simulated: true,
  cohort: 'internal',
  error: 'false_negative',
  total: 3,
  settled: 2,
  categories: [cell('focal', 2, 2, [4, 9]), cell('necrosis', 0, 1, [])],
  ...facts,
})
const named = (key: string) => ({ key, error: 'false_negative' as const, name: { en: key }, definition: { en: key }, own: false, other: false })
const OVERVIEW: Overview = {
  begun: true,
  total: 5,
  uncoded: 1,
  coded_once: 1,
  differing: 1,
  settled: 2,
  adjudicated: 0,
  categories: [named('focal'), named('necrosis')],
  agreement: [],
  coders: [{ number: 1, name: 'ada', done: 3 }],
  missing: null,
  bars: [bar({}), bar({ kind: 'tactic', name: 'DARNDEST', stage: '', arm: '', simulated: false, total: 1, settled: 0, categories: [] })],
}

let overview: Overview

function open() {
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <CodingOverview study="s" />
    </QueryClientProvider>,
  )
}

beforeEach(() => {
  overview = OVERVIEW
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(overview))))
})

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

describe('the overview of error coding', () => {
  it('counts by source and category, and opens the cases behind a figure', async () => {
    open()
    const table = await screen.findByTestId('bars-false_negative')
    expect(table.textContent).toContain('Senior reader 1 · unaided · simulated reader')
    expect(table.textContent).toContain('2 of 3')
    expect(table.textContent).toContain('0 (1)')
    fireEvent.click(screen.getByRole('button', { name: '2' }))
    expect(screen.getByRole('status').textContent).toBe('Cases 4, 9')
    expect(screen.queryByTestId('bars-false_positive')).toBeNull()
    expect(screen.getByTestId('coding-overview').textContent).toContain('An error of DARNDEST is that of the network that decided')
  })

  it('leads to the table of codes', async () => {
    open()
    await screen.findByTestId('coding-figures')
    expect(screen.getByRole('link', { name: 'Codes as CSV' }).getAttribute('href')).toBe('/api/reader-studies/s/coding/export/')
  })

  it.each([
    [{ begun: false, total: 0 }, 'once the study is unblinded'],
    [{ total: 0 }, 'erred against an established reference'],
  ])('says why there is nothing', async (facts, words) => {
    overview = { ...OVERVIEW, ...facts }
    open()
    expect(await screen.findByText((text) => text.includes(words))).toBeTruthy()
  })
})
