import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { ApiError } from '@/api/client'
import type { Retrieval, UpstreamStudy } from '@/api/types'

import { Elsewhere } from './Elsewhere'

const ASKED: Retrieval = { state: 'queued', asked_at: '2026-11-26T10:00:00Z', attempts: 0, series_done: 0, series_total: null, reason: '', finished_at: null }
const THERE: UpstreamStudy = { state: 'online', source: 'Main PACS', series: 3, series_kept: 1, retrieval: null }

function show(study: UpstreamStudy, { roles = ['radiologist'], status = 404, onRetry = vi.fn() } = {}) {
  let now = study
  vi.stubGlobal('fetch', (path: string) => {
    if (path.includes('/retrieval/')) now = { ...study, retrieval: ASKED }
    const session = { user: { username: 'li', display_name: 'Li', roles }, version: '0' }
    const body = path.includes('/session/') ? session : path.includes('/retrieval/') ? ASKED : now
    return Promise.resolve(new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } }))
  })
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <Elsewhere uid="1.2.3" error={new ApiError(status, 'not_found', 'There is nothing at this address.', null)} onRetry={onRetry} />
    </QueryClientProvider>,
  )
  return onRetry
}

afterEach(() => vi.unstubAllGlobals())

describe('Elsewhere', () => {
  it('says in which PACS a study lies, and lets a radiologist take it in', async () => {
    show(THERE)
    expect((await screen.findByTestId('elsewhere')).textContent).toContain('Main PACS')
    await userEvent.click(await screen.findByRole('button', { name: 'Take it in' }))
    expect((await screen.findByRole('status')).textContent).toContain('It is being taken in.')
    expect(screen.queryByRole('button', { name: 'Take it in' })).toBeNull()
  })

  it('offers it to nobody else', async () => {
    show(THERE, { roles: ['administrator'] })
    expect(await screen.findByTestId('elsewhere')).toBeTruthy()
    expect(screen.queryByRole('button')).toBeNull()
  })

  it('says that the PACS is offline, and why taking in failed', async () => {
    show({ ...THERE, state: 'offline', retrieval: { ...ASKED, state: 'failed', reason: 'it cannot be reached' } })
    const shown = await screen.findByTestId('elsewhere')
    expect(shown.dataset.state).toBe('offline')
    expect(shown.textContent).toContain('does not answer now')
    expect(screen.getByRole('alert').textContent).toContain('it cannot be reached')
  })

  it('leads to the study as soon as it is held', async () => {
    const onRetry = show({ ...THERE, state: 'held', source: '' })
    await vi.waitFor(() => expect(onRetry).toHaveBeenCalled())
  })

  it('shows other errors, and studies that are nowhere, as they are', async () => {
    show({ ...THERE, state: 'unknown', source: '' })
    expect((await screen.findByRole('alert')).textContent).toContain('There is nothing at this address.')
    expect(screen.queryByTestId('elsewhere')).toBeNull()
  })
})
