import { act, render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useRef, useState, useSyncExternalStore } from 'react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { i18next, setLanguage } from '@/i18n'

import { FORM } from './form.fixture'
import { AnswerKeeper } from './keeper'
import { ReadingForm } from './ReadingForm'
import { readingServer, refusal } from './server.fixture'

const onLock = vi.fn()
const onHelp = vi.fn()
const onPause = vi.fn()

let keeper: AnswerKeeper

type Given = { first?: Record<string, unknown>; forcedPoint?: boolean }

function Page({ first, forcedPoint = false }: Given) {
  const view = useSyncExternalStore(keeper.subscribe, keeper.view)
  const [active, setActive] = useState<string>()
  const now = useRef<string>(undefined)
  return (
    <ReadingForm
      keeper={keeper}
      view={view}
      form={FORM}
      forcedPoint={forcedPoint}
      first={first}
      keys
      pointWords={() => <p tabIndex={0}>point</p>}
      onLock={onLock}
      onHelp={onHelp}
      onPause={onPause}
      lockAsked={0}
      active={active}
      activeNow={() => now.current}
      onActive={(question) => {
        now.current = question
        setActive(question)
      }}
    />
  )
}

function open(given: Given = {}, answers: Record<string, unknown> = {}) {
  readingServer()
  const place = { study: 'study', assignment: 'case', seat: 'seat', stage: 'only' as const, form: FORM, forcedPoint: given.forcedPoint ?? false }
  keeper = new AnswerKeeper({ ...place, held: { answers, revision: 0 }, corrects: false, tookOver: false })
  render(<Page {...given} />)
  return userEvent.setup()
}

const active = () => document.querySelector('[data-active="true"]')?.getAttribute('data-question')
const answers = () => keeper.view().answers

beforeEach(() => localStorage.clear())
afterEach(() => {
  act(() => keeper.end())
  vi.unstubAllGlobals()
  vi.clearAllMocks()
})

describe('the form by keyboard', () => {
  it('goes from question to question in the order of thought', async () => {
    const user = open()
    expect(active()).toBe('recurrence')
    await user.keyboard('y')
    expect(active()).toBe('likelihood')
    await user.keyboard('70{Enter}')
    expect(answers()).toEqual({ recurrence: true, likelihood: 70 })
    expect(active()).toBe('location')
    await user.keyboard('{Enter}')
    expect(active()).toBe('site')
    await user.keyboard('3')
    expect(active()).toBe('side')
    await user.keyboard('2')
    expect(active()).toBe('decided_by')
    await user.keyboard('12{Enter}1')
    expect(answers()).toMatchObject({ site: 'clivus', side: 'right', decided_by: ['t1wi', 't2wi'], quality: 'good' })
    expect(active(), 'not into the text, where letters are no keys').toBe('quality')
  })

  it('skips what is not asked after a no', async () => {
    const user = open()
    await user.keyboard('n5{Enter}')
    expect(active()).toBe('decided_by')
    expect(screen.queryByText('Site')).toBeNull()
  })

  it('types the likelihood from wherever digits choose nothing, and takes digits away', async () => {
    const user = open()
    await user.keyboard('100')
    expect(answers()).toEqual({ likelihood: 100 })
    await user.keyboard('{Backspace}')
    expect(answers()).toEqual({ likelihood: 10 })
    await user.keyboard('{Backspace}{Backspace}')
    expect(answers()).toEqual({ likelihood: null })
  })

  it('takes digits that come faster than the page is drawn for one number', () => {
    open()
    act(() => {
      for (const key of '85') window.dispatchEvent(new KeyboardEvent('keydown', { key }))
    })
    expect(answers()).toEqual({ likelihood: 85 })
  })

  it('locks with Ctrl+Enter only what is complete, and says what is missing', async () => {
    const user = open({}, { recurrence: false, likelihood: 20, quality: 'good' })
    await user.keyboard('{Control>}{Enter}{/Control}')
    expect(onLock).not.toHaveBeenCalled()
    expect(active()).toBe('decided_by')
    expect(screen.getAllByRole('alert').map(({ textContent }) => textContent)).toEqual(['An answer is needed.'])
    await user.keyboard('1{Control>}{Enter}{/Control}')
    expect(onLock).toHaveBeenCalledOnce()
  })

  it('writes into a remark what is a key elsewhere', async () => {
    const user = open()
    await user.click(screen.getByRole('textbox', { name: 'Remark' }))
    await user.keyboard('yn5p?')
    expect(answers()).toEqual({ remark: 'yn5p?' })
    expect([onHelp.mock.calls.length, onPause.mock.calls.length]).toEqual([0, 0])
    await user.keyboard('{Escape}p?')
    expect([onHelp.mock.calls.length, onPause.mock.calls.length]).toEqual([1, 1])
  })

  it('has one stop of Tab for a question, and arrows inside it', async () => {
    const user = open({}, { recurrence: true })
    expect(document.activeElement).toBe(screen.getByTestId('recurrence-yes'))
    await user.keyboard('{ArrowRight}')
    expect(document.activeElement).toBe(screen.getByTestId('recurrence-no'))
    await user.tab()
    expect(document.activeElement).toBe(screen.getByRole('slider'))
  })
})

describe('what the form shows', () => {
  it('suggests no number before one was given', () => {
    open()
    expect(screen.getByRole('slider').getAttribute('aria-valuetext')).toBe('not answered')
    expect(screen.getByTestId('likelihood-value').textContent).toBe('–')
  })

  it('keeps the first answer in sight', () => {
    open({ first: { recurrence: true, likelihood: 70, site: 'orbit' } }, { recurrence: true, likelihood: 30 })
    expect(screen.getByTestId('first-likelihood').textContent).toBe('first: 70')
    expect(screen.getByTestId('first-recurrence').textContent).toBe('first: Yes')
    expect(screen.getByTestId('first-site').textContent).toBe('first: orbit')
    expect(screen.getByTestId('first-side').textContent).toBe('first: not answered')
  })

  it('asks for the point of every case where it is forced', () => {
    open({ forcedPoint: true }, { recurrence: false })
    expect(screen.getByText('point')).toBeTruthy()
  })

  it('says the server’s words on an answer in the reader’s language', async () => {
    setLanguage('zh')
    try {
      open({}, { recurrence: false, likelihood: 20, decided_by: ['t1wi'], quality: 'good' })
      readingServer().on(/submission/, () => refusal('invalid', 400, { problems: [{ field: 'quality', detail: 'Image quality: an answer is needed.' }] }))
      act(() => keeper.lock({ confirmed: false }))
      await waitFor(() => expect(document.querySelector('[data-question="quality"]')?.textContent).toContain('需要作答。'))
      expect(document.body.textContent).not.toContain('an answer is needed')
    } finally {
      setLanguage('en')
      void i18next.changeLanguage('en')
    }
  })

  it('speaks the reader’s language where the protocol does', () => {
    setLanguage('zh')
    try {
      open()
      expect(screen.getByRole('heading', { name: /局部复发/ })).toBeTruthy()
      expect(screen.getByRole('heading', { name: /Image quality/ })).toBeTruthy()
    } finally {
      setLanguage('en')
      void i18next.changeLanguage('en')
    }
  })
})
