import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen, within } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'

import type { WorkerProcess, Workers } from '@/api/types'
import { i18next, setLanguage } from '@/i18n'

import { WorkersPage } from './WorkersPage'

const NOW = Date.now()
const before = (seconds: number) => new Date(NOW - seconds * 1000).toISOString()

const WORKER: WorkerProcess = {
  name: 'demo@host/0',
  pid: 4711,
  standing: 'working',
  device: 'cpu',
  device_name: 'A processor',
  threads: 2,
  batch: 1,
  memory_mb: 1234.5,
  device_memory_mb: null,
  networks: [
    { sha256: 'ab'.repeat(32), name: 'internal T1WI', role: 'T1WI', architecture: 'densenet3d', backend: 'openvino', precision: 'float32', megabytes: 1.44, remarks: ['it fell back'] },
  ],
  current: [12],
  done_last_hour: 31,
  seconds_a_run: 2.34,
  last_error: '',
  last_error_at: null,
  started_at: before(3600),
  heartbeat_at: before(3),
}
const FOUND: Workers = { queued: 4, running: 1, oldest_queued_at: before(130), done_last_hour: 31, queues: [{ name: 'analyses', queued: 2, running: 1, oldest_queued_at: before(130) }, { name: 'explanations', queued: 0, running: 0, oldest_queued_at: null }], workers: [WORKER] }

let client: QueryClient

async function show(found: Workers) {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(found), { headers: { 'content-type': 'application/json' } })))
  client = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  render(
    <QueryClientProvider client={client}>
      <WorkersPage />
    </QueryClientProvider>,
  )
  await screen.findByTestId('workers-queue')
}

afterEach(() => {
  vi.unstubAllGlobals()
  setLanguage('en')
})

describe('WorkersPage', () => {
  it('shows the queue, and of a worker its device, networks, throughput and memory', async () => {
    await show(FOUND)
    expect(screen.getByTestId('workers-queue').textContent).toBe('queued4longest waiting2 minrunning1done in the last hour31')
    expect(screen.getByTestId('other-queues').textContent).toBe('Reports, made while no examination waitsqueued 2 · longest waiting 2 min · running 1Explanations, made while no examination waitsqueued 0 · running 0')
    const card = screen.getByTestId('worker')
    for (const words of ['demo@host/0', 'on run 12', 'cpu: A processor', '2 CPU threads', '1 study at a time', '1 study being read', 'busy for 2 % of the last hour', '31 in the last hour', '2.3 s each', 'T1WI', 'densenet3d', 'openvino, float32', 'it fell back']) {
      expect(card.textContent).toContain(words)
    }
    expect(within(card).queryByTestId('worker-error')).toBeNull()
  })

  it('claims no share of the hour where runs are read together, and shows no column of remarks where there are none', async () => {
    const other = { ...(WORKER.networks[0] as WorkerProcess['networks'][number]), sha256: 'cd'.repeat(32), remarks: [] }
    await show({ ...FOUND, workers: [{ ...WORKER, batch: 8, networks: [{ ...other, role: 'T1WIC', sha256: 'ef'.repeat(32) }, other] }] })
    const card = screen.getByTestId('worker')
    expect(card.textContent).toContain('up to 8 studies at once')
    expect(card.textContent).not.toContain('busy')
    expect(within(card).getAllByRole('columnheader').map((head) => head.textContent)).toEqual(['Sequence', 'Network', 'Architecture', 'Computed by', 'Weights'])
    expect(within(card).getAllByRole('row').map((row) => row.firstChild?.textContent)).toEqual(['Sequence', 'T1WI', 'T1WIC'])
  })

  it('marks a worker that is not heard, and shows its last error', async () => {
    await show({ ...FOUND, workers: [{ ...WORKER, standing: 'silent', current: [], heartbeat_at: before(7200), last_error: 'Run 12: memory ran out', last_error_at: before(7300) }] })
    const card = screen.getByTestId('worker')
    expect(within(card).getByTestId('worker-standing').textContent?.trim()).toBe('silent')
    expect(card.textContent).toContain('heard 2 h ago')
    expect(within(card).getByTestId('worker-error').textContent).toContain('Run 12: memory ran out')
  })

  it('says that what it shows is old while the server does not answer', async () => {
    await show(FOUND)
    expect(screen.queryByTestId('stale')).toBeNull()
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('network')))
    await client.refetchQueries()
    expect((await screen.findByTestId('stale')).textContent).toContain('The server does not answer')
    expect(screen.getByTestId('worker').textContent).toContain('demo@host/0')
  })

  it('says how to start one where none ever was, in Chinese too', async () => {
    setLanguage('zh')
    await show({ ...FOUND, workers: [] })
    expect(i18next.language).toBe('zh')
    expect(screen.getByTestId('workers-empty').textContent).toContain('celery -A worker.app worker')
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('计算节点')
  })
})
