import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, describe, expect, it, vi } from 'vitest'

import type { Delivery, Sources, SourceTest, UpstreamSource } from '@/api/types'
import { i18next, setLanguage } from '@/i18n'

import { sizeOf } from './bytes'
import { SourcesPage } from './SourcesPage'

const NOW = Date.now()
const before = (seconds: number) => new Date(NOW - seconds * 1000).toISOString()

const SOURCE: UpstreamSource = {
  name: 'Main PACS',
  kind: 'dicomweb',
  standing: 'online',
  address: 'https://pacs.example/dicom-web',
  access: 'basic, from $PACS_LOGIN',
  verified: true,
  priority: 100,
  results: 'held',
  prefetch: true,
  studies: 12,
  kept_bytes: 345_600_000,
  failures: 0,
  retry_at: null,
  answered_at: before(130),
  last_error: '',
  last_error_at: null,
  outbox: { queued: 1, sending: 0, sent: 20, refused: 0, failed: 0, overtaken: 0 },
}
const FOUND: Sources = { sources: [SOURCE], cache: { used_bytes: 345_600_000, bound_bytes: 10_000_000_000, series: 40, studies: 12 } }
const ROW: Delivery = {
  id: 7,
  source: 'Main PACS',
  study_uid: '1.2.3',
  sop_instance_uid: '1.2.3.4',
  state: 'failed',
  attempts: 40,
  queued_at: before(9000),
  next_try_at: null,
  sent_at: null,
  last_error: 'it does not hold the study; given up after 40 attempts',
}

let tested: SourceTest = { answers: true, words: 'it answers a search for studies' }

async function show(found: Sources, deliveries: Delivery[] = []) {
  vi.stubGlobal('fetch', (path: string) => {
    const body: unknown = path.includes('/test/') ? tested : path.includes('/outbox/') ? deliveries : found
    return Promise.resolve(new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } }))
  })
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  render(
    <QueryClientProvider client={client}>
      <SourcesPage />
    </QueryClientProvider>,
  )
  await screen.findByTestId(found.sources.length > 0 ? 'sources-cache' : 'sources-empty')
}

afterEach(() => {
  vi.unstubAllGlobals()
  setLanguage('en')
})

describe('SourcesPage', () => {
  it('shows the cache, and of a source whether it answers, how it is asked and what goes back to it', async () => {
    await show(FOUND)
    expect(screen.getByTestId('sources-cache').textContent).toBe('kept346 MBof at most10 GBseries40of studies12')
    const card = screen.getByTestId('source')
    for (const words of ['Main PACS', 'answers', 'answered 2 min ago', 'https://pacs.example/dicom-web', 'basic, from $PACS_LOGIN', '12 studies known', '346 MB kept', 'the day is fetched ahead', 'of studies that it holds', '1 queued', '20 sent']) {
      expect(card.textContent).toContain(words)
    }
    expect(card.textContent).not.toContain('refused')
    expect(within(card).queryByTestId('source-error')).toBeNull()
    expect(await screen.findByTestId('outbox-empty')).toBeTruthy()
  })

  it('marks a source that does not answer, and says when it is tried again', async () => {
    const down: UpstreamSource = { ...SOURCE, standing: 'offline', verified: false, retry_at: before(-40), last_error: 'it cannot be reached', last_error_at: before(5) }
    await show({ ...FOUND, sources: [down] })
    const card = screen.getByTestId('source')
    expect(within(card).getByTestId('source-standing').textContent).toBe('does not answer')
    expect(card.textContent).toContain('tried again at')
    expect(card.textContent).toContain('its TLS certificate is not checked')
    expect(within(card).getByTestId('source-error').textContent).toContain('it cannot be reached')
  })

  it('tests a source at a press of its button', async () => {
    await show(FOUND)
    await userEvent.click(screen.getByRole('button', { name: 'Test' }))
    expect((await screen.findByTestId('source-tested')).textContent).toBe('It answers: it answers a search for studies.')
    tested = { answers: false, words: 'it cannot be reached' }
    await userEvent.click(screen.getByRole('button', { name: 'Test' }))
    await vi.waitFor(() => expect(screen.getByTestId('source-tested').textContent).toBe('It does not answer as it should: it cannot be reached.'))
  })

  it('lists the outbox', async () => {
    await show(FOUND, [ROW, { ...ROW, id: 8, state: 'queued', next_try_at: before(-60), last_error: '' }])
    const rows = within(await screen.findByTestId('outbox')).getAllByRole('row')
    expect(rows[1]?.textContent).toContain('given up')
    expect(rows[1]?.textContent).toContain('it does not hold the study')
    expect(rows[2]?.textContent).toContain('next try')
  })

  it('says in Chinese what the server says of a source', async () => {
    setLanguage('zh')
    await show({ ...FOUND, sources: [{ ...SOURCE, last_error: 'it refuses us (HTTP 401); see its secret and what it allows', last_error_at: before(5) }] }, [ROW])
    expect(screen.getByTestId('source-error').textContent).toContain('对方拒绝访问（HTTP 401）')
    expect((await screen.findByTestId('outbox')).textContent).toContain('对方没有该检查；尝试 40 次后放弃')
  })

  it('says how to add one where there is none, in Chinese too', async () => {
    setLanguage('zh')
    await show({ ...FOUND, sources: [] })
    expect(screen.getByTestId('sources-empty').textContent).toContain('manage.py source add')
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('数据源')
  })
})

describe('sizeOf', () => {
  it('writes what disks write', () => {
    const sizes = [0, 345_600_000, 1_500_000_000, 10_000_000_000].map((octets) => sizeOf(octets, i18next.t))
    expect(sizes).toEqual(['0 MB', '346 MB', '1.5 GB', '10 GB'])
  })
})
