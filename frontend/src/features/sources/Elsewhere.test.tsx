import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { ApiError } from '@/api/client'
import type { Retrieval, UpstreamStudy } from '@/api/types'

import { Elsewhere } from './Elsewhere'
import { useElsewhere } from './useElsewhere'

const ASKED: Retrieval = { state: 'queued', asked_at: '2026-11-26T10:00:00Z', attempts: 0, series_done: 0, series_total: null, reason: '', finished_at: null }
const THERE: UpstreamStudy = { state: 'online', source: 'Main PACS', series: 3, series_kept: 1, retrieval: null, study: null, listing: [] }

function Page({ status, onHeld }: { status: number; onHeld: () => void }) {
  const { pending, standing } = useElsewhere('1.2.3', new ApiError(status, 'not_found', 'There is nothing at this address.', null), onHeld)
  if (standing) return <Elsewhere uid="1.2.3" study={standing} />
  return <output>{pending ? 'pending' : 'nowhere'}</output>
}

function show(study: UpstreamStudy, { roles = ['radiologist'], status = 404, onHeld = vi.fn() } = {}) {
  let now = study
  vi.stubGlobal('fetch', (path: string) => {
    if (path.includes('/retrieval/')) now = { ...study, retrieval: ASKED }
    const session = { user: { username: 'li', display_name: 'Li', roles }, version: '0' }
    const body = path.includes('/session/') ? session : path.includes('/retrieval/') ? ASKED : now
    return Promise.resolve(new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } }))
  })
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <Page status={status} onHeld={onHeld} />
    </QueryClientProvider>,
  )
  return onHeld
}

afterEach(() => vi.unstubAllGlobals())

describe('Elsewhere', () => {
  it('says in which PACS a study lies, and lets a radiologist take it in', async () => {
    show(THERE)
    expect((await screen.findByTestId('elsewhere')).textContent).toContain('Main PACS')
    expect(screen.getByTestId('elsewhere').textContent).toContain('It is not triaged')
    await userEvent.click(await screen.findByRole('button', { name: 'Take it in' }))
    expect((await screen.findByRole('status')).textContent).toContain('It is being taken in.')
    expect(screen.queryByRole('button', { name: 'Take it in' })).toBeNull()
  })

  it('offers it to nobody else', async () => {
    show(THERE, { roles: ['administrator'] })
    expect(await screen.findByTestId('elsewhere')).toBeTruthy()
    expect(screen.queryByRole('button')).toBeNull()
  })

  it('says that the PACS is offline, what is kept, and why taking in failed', async () => {
    show({ ...THERE, state: 'offline', retrieval: { ...ASKED, state: 'failed', reason: 'it cannot be reached' } })
    const shown = await screen.findByTestId('elsewhere')
    expect(shown.dataset.state).toBe('offline')
    expect(screen.getByTestId('elsewhere-standing').textContent).toBe('Offline: the PACS does not answer now. 1 of 3 series are kept here and can be read.')
    expect(screen.getByRole('alert').textContent).toContain('it cannot be reached')
  })

  it('says so where the study is not even known', async () => {
    show({ ...THERE, state: 'offline', source: '', series: null, series_kept: 0 })
    expect((await screen.findByTestId('elsewhere')).textContent).toContain('not every PACS answers')
    expect(screen.getByTestId('elsewhere-standing').textContent).toContain('nothing of the study is kept here')
  })

  it('tells as soon as it is held', async () => {
    const onHeld = show({ ...THERE, state: 'held', source: '' })
    await vi.waitFor(() => expect(onHeld).toHaveBeenCalled())
  })

  it('knows nothing of other errors', async () => {
    show(THERE, { status: 500 })
    expect(await screen.findByText('nowhere')).toBeTruthy()
  })

  it('knows nothing of studies that are nowhere', async () => {
    show({ ...THERE, state: 'unknown', source: '' })
    expect(await screen.findByText('nowhere')).toBeTruthy()
    expect(screen.queryByTestId('elsewhere')).toBeNull()
  })
})
