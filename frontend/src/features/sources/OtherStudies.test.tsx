import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { MemoryRouter } from 'react-router'
import { afterEach, describe, expect, it, vi } from 'vitest'

import type { UpstreamRow, UpstreamStudies } from '@/api/types'
import { setLanguage } from '@/i18n'

import { OtherStudies } from './OtherStudies'

const ROW: UpstreamRow = {
  uid: '1.2',
  patient: { id: 'P-1', name: 'Wang^Fang', sex: 'F', birth_date: '1970-02-03', age: 56 },
  accession_number: 'A1',
  study_date: '2025-11-23',
  description: 'Nasopharynx',
  modalities: ['MR'],
  source: 'Main PACS',
  state: 'online',
  series: 3,
  series_kept: 0,
}
const FOUND: UpstreamStudies = { sources: [{ name: 'Main PACS', standing: 'online' }], warnings: [], more: false, results: [ROW] }
const SEARCH = { search: 'wang', date_from: '', date_to: '' }

function show(found: UpstreamStudies, { question = SEARCH, alone = false } = {}) {
  const asked = vi.fn()
  vi.stubGlobal('fetch', (path: string) => {
    asked(path)
    return Promise.resolve(new Response(JSON.stringify(found), { headers: { 'content-type': 'application/json' } }))
  })
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <MemoryRouter>
        <OtherStudies question={question} hrefOf={(uid) => `/viewer/${uid}/?search=wang`} alone={alone} />
      </MemoryRouter>
    </QueryClientProvider>,
  )
  return asked
}

afterEach(() => {
  vi.unstubAllGlobals()
  setLanguage('en')
})

describe('OtherStudies', () => {
  it('tells that more is found elsewhere, and lists it at a press', async () => {
    const asked = show(FOUND)
    const strip = await screen.findByTestId('other-studies')
    expect(asked).toHaveBeenCalledWith('/api/upstream/?search=wang')
    expect(within(strip).queryByRole('table')).toBeNull()
    expect(strip.textContent).toContain('Main PACS: answers')
    await userEvent.click(within(strip).getByRole('button', { name: '1 more study is not held here' }))
    const row = within(strip).getByTestId('other-row-1.2')
    for (const words of ['Wang, Fang', '56 F', '23 Nov 2025', 'MR · Nasopharynx', 'Main PACS', 'fetched when it is opened']) expect(row.textContent).toContain(words)
    expect(within(row).getByRole('link').getAttribute('href')).toBe('/viewer/1.2/?search=wang')
  })

  it('opens by itself where a search finds nothing here, and can be closed', async () => {
    show(FOUND, { alone: true })
    const strip = await screen.findByTestId('other-studies')
    expect(within(strip).getByRole('table')).toBeTruthy()
    await userEvent.click(within(strip).getByRole('button'))
    expect(within(strip).queryByRole('table')).toBeNull()
  })

  it('stays closed where nothing is searched for', async () => {
    show(FOUND, { alone: true, question: { ...SEARCH, search: '' } })
    const strip = await screen.findByTestId('other-studies')
    expect(strip.textContent).toContain('1 study of a PACS is known, not held here')
    expect(strip.dataset.open).toBe('false')
  })

  it.each([
    [0, 'Offline: nothing is kept here'],
    [1, 'Offline: 1 of 3 series are kept here'],
    [3, 'Offline: all series are kept here'],
  ])('says offline, with %i series kept', async (kept, words) => {
    show({ ...FOUND, sources: [{ name: 'Main PACS', standing: 'offline' }], warnings: ['Main PACS was not searched: it does not answer. What is kept of it here is in the answer'], results: [{ ...ROW, state: 'offline', series_kept: kept }] }, { alone: true })
    expect((await screen.findByTestId('other-here')).textContent).toBe(words)
    expect(screen.getByTestId('other-source').textContent).toBe('Main PACS: does not answer')
  })

  it('says what a source warned of, in Chinese too', async () => {
    setLanguage('zh')
    show({ ...FOUND, sources: [{ name: 'Main PACS', standing: 'offline' }], warnings: ['Main PACS was not searched: it cannot be reached. What is kept of it here is in the answer'] })
    const source = await screen.findByTestId('other-source')
    expect(source.parentElement?.title).toBe('未检索 Main PACS：无法连接。结果中含其在本系统的缓存')
  })

  it('is not there without a PACS behind', async () => {
    const asked = show({ ...FOUND, sources: [], results: [] })
    await vi.waitFor(() => expect(asked).toHaveBeenCalled())
    expect(screen.queryByTestId('other-studies')).toBeNull()
  })

  it('says that nothing more is found', async () => {
    show({ ...FOUND, results: [] })
    expect((await screen.findByTestId('other-studies')).textContent).toContain('Nothing more is found elsewhere')
    expect(screen.getByRole('button').hasAttribute('disabled')).toBe(true)
  })
})
