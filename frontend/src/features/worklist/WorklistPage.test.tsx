import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { configure, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { MemoryRouter, Route, Routes, useLocation } from 'react-router'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { makeRow } from './rows.fixture'
import { WorklistPage } from './WorklistPage'

configure({ asyncUtilTimeout: 5000 }) // the whole page: a busy machine takes its time

const ROWS = [makeRow('1', { tier: 'positive' }), makeRow('2', { tier: 'negative', score: 0.1 })]

const NO_PACS = { sources: [], warnings: [], more: false, results: [] }

/** The server as the page asks it: the worklist, filtered by tier, no PACS behind, and a status without anything. */
function answer(input: RequestInfo | URL): Promise<Response> {
  const url = new URL(String(input), 'http://localhost')
  const tiers = url.searchParams.get('tier')?.split(',')
  const results = ROWS.filter(({ tier }) => !tiers || (tier && tiers.includes(tier)))
  const worklist = { count: results.length, results, totals: { studies: ROWS.length, running: 0, need_person: 0 } }
  if (url.pathname === '/api/upstream/') return Promise.resolve(new Response(JSON.stringify(NO_PACS), { headers: { 'content-type': 'application/json' } }))
  const body = url.pathname === '/api/worklist/' ? worklist : { workers: [], running: 0, queued: 0, demo: null, set_aside_waiting: 0 }
  return Promise.resolve(new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } }))
}

function Where() {
  return <output data-testid="where">{useLocation().pathname}</output>
}

beforeEach(() => vi.stubGlobal('fetch', answer))
afterEach(() => vi.unstubAllGlobals())

async function show() {
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <MemoryRouter initialEntries={['/worklist/']}>
        <Where />
        <Routes>
          <Route path="/worklist/" element={<WorklistPage onTakeIn={vi.fn()} onEscape={vi.fn()} />} />
          <Route path="/viewer/:uid/" element={null} />
        </Routes>
      </MemoryRouter>
    </QueryClientProvider>,
  )
  await screen.findByTestId('worklist-row-1')
}

const press = (key: string) => fireEvent.keyDown(document.body, { key })
const where = () => screen.getByTestId('where').textContent

/** Choose a tier in the filter's menu, and wait until the list follows. */
async function filterBy(tier: string, gone: string) {
  fireEvent.click(screen.getByRole('button', { name: 'Tier' }))
  fireEvent.click(screen.getByRole('checkbox', { name: tier }))
  await waitFor(() => expect(screen.queryByTestId(`worklist-row-${gone}`)).toBeNull())
}

describe('the worklist', () => {
  it('opens the selected study by Enter', async () => {
    await show()
    fireEvent.focus(screen.getByTestId('worklist-row-1'))
    press('Enter')
    expect(where()).toBe('/viewer/1/')
  })

  it('opens and previews by keys nothing that a filter took off the list', async () => {
    await show()
    fireEvent.focus(screen.getByTestId('worklist-row-1'))
    await filterBy('negative tier', '1')
    press('Enter')
    expect(where()).toBe('/worklist/')
    press(' ')
    expect(screen.queryByTestId('reasons')).toBeNull()
    press('j')
    expect(document.activeElement).toBe(screen.getByTestId('worklist-row-2'))
    press('Enter')
    expect(where()).toBe('/viewer/2/')
  })
})
