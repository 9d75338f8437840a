import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { MemoryRouter } from 'react-router'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { keys } from '@/api/query'
import type { Session, Shadow } from '@/api/types'
import { setLanguage } from '@/i18n'

import { ShadowModePage } from './ShadowModePage'

const none = { contrast: 0, without: 0, open: 0 }
const HIDDEN: Shadow = {
  shown: false,
  statement: 'x',
  missing: ['administrator', 'radiologist'],
  signatures: [],
  counts: { positive: { ...none, contrast: 3, without: 1 }, suspicious: none, negative: none, none },
  examinations: [{ uid: '1.2.3', accession_number: 'A17', advised: 'positive', shown: false, done: 'without', decision: '' }],
}
const SIGNED = { signed_as: 'radiologist' as const, shown: true, statement: 'x', reason: '', by: 'Li Wei', at: '2026-11-26T10:00:00Z' }

let sent: unknown[]
let answer: { status: number; body: unknown }

async function show(found: Shadow, roles: Session['user']['roles']) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity } } })
  client.setQueryData(keys.session, { user: { username: 'x', display_name: 'X', roles }, version: '1' })
  client.setQueryData(keys.shadow, found)
  render(
    <QueryClientProvider client={client}>
      <MemoryRouter>
        <ShadowModePage />
      </MemoryRouter>
    </QueryClientProvider>,
  )
  return screen.findByTestId('shadow-switch')
}

beforeEach(() => {
  sent = []
  vi.stubGlobal('fetch', (_: string, init: RequestInit) => {
    sent.push(JSON.parse(String(init.body)))
    return Promise.resolve(new Response(JSON.stringify(answer.body), { status: answer.status }))
  })
})

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
  setLanguage('en')
})

describe('ShadowModePage', () => {
  it('says that advice is hidden, whose signatures are missing, and lets each role sign for itself alone', async () => {
    const card = await show(HIDDEN, ['radiologist'])
    expect(card.textContent).toContain('Shadow mode: the console shows no advice.')
    expect(card.textContent).toContain('administrator, radiologist')
    expect(screen.getByTestId('sign-radiologist')).toBeTruthy()
    expect(screen.queryByTestId('sign-administrator')).toBeNull()
    expect(screen.queryByTestId('sign-off')).toBeNull()
  })

  it('signs by password, and shows the refusal of a wrong one', async () => {
    await show(HIDDEN, ['radiologist'])
    const form = within(screen.getByTestId('sign-radiologist'))
    answer = { status: 403, body: { code: 'wrong_password', detail: 'The password is not right: nothing was signed.', reference: null } }
    fireEvent.change(form.getByLabelText('Your password, as signature'), { target: { value: 'guess' } })
    fireEvent.click(form.getByRole('button'))
    await waitFor(() => expect(form.getByRole('alert').textContent).toContain('nothing was signed'))
    answer = { status: 200, body: { ...HIDDEN, missing: ['administrator'], signatures: [SIGNED] } }
    fireEvent.change(form.getByLabelText('Your password, as signature'), { target: { value: 'right' } })
    fireEvent.click(form.getByRole('button'))
    await waitFor(() => expect(screen.queryByTestId('sign-radiologist')).toBeNull())
    expect(sent.at(-1)).toEqual({ signed_as: 'radiologist', shown: true, password: 'right', reason: '' })
    expect(screen.getByTestId('shadow-signatures').textContent).toContain('Li Wei, radiologist – for showing advice.')
  })

  it('lets either hide it at once, with a reason', async () => {
    const card = await show({ ...HIDDEN, shown: true, missing: [] }, ['administrator'])
    expect(card.textContent).toContain('The console shows advice.')
    const form = within(screen.getByTestId('sign-off'))
    answer = { status: 200, body: HIDDEN }
    fireEvent.change(form.getByLabelText('Your password, as signature'), { target: { value: 'right' } })
    expect(form.getByRole<HTMLButtonElement>('button').disabled).toBe(true)
    fireEvent.change(form.getByLabelText('Reason'), { target: { value: 'Two calls were wrong.' } })
    fireEvent.click(form.getByRole('button'))
    await waitFor(() => expect(sent.at(-1)).toEqual({ signed_as: 'administrator', shown: false, password: 'right', reason: 'Two calls were wrong.' }))
  })

  it('opens the examinations behind a number', async () => {
    await show(HIDDEN, ['administrator'])
    expect(screen.getByTestId('cell-positive-contrast').textContent).toBe('3')
    fireEvent.click(within(screen.getByTestId('cell-positive-without')).getByRole('button'))
    expect(within(screen.getByTestId('shadow-behind')).getByRole('link', { name: 'A17' }).getAttribute('href')).toBe('/viewer/1.2.3/')
  })

  it('speaks Chinese', async () => {
    setLanguage('zh')
    const card = await show(HIDDEN, ['radiologist'])
    expect(card.textContent).toContain('影子模式')
    answer = { status: 403, body: { code: 'wrong_password', detail: 'The password is not right: nothing was signed.', reference: null } }
    const form = within(screen.getByTestId('sign-radiologist'))
    fireEvent.change(form.getByLabelText('以您的密码签名'), { target: { value: 'guess' } })
    fireEvent.click(form.getByRole('button'))
    await waitFor(() => expect(form.getByRole('alert').textContent).toBe('密码不正确：没有签名。'))
  })
})
