import { cleanup, render, screen } from '@testing-library/react'
import { MemoryRouter } from 'react-router'
import { afterEach, expect, it } from 'vitest'

import '@/i18n'

import type { CheckReport } from '../api/types'
import { Findings } from './Findings'

const REPORT: CheckReport = {
  fit: false,
  current: true,
  checked_at: '2026-11-27T10:00:00Z',
  findings: [
    { code: 'no_practice', level: 'warn', step: 'cases', detail: 'There is no practice case.', cases: [], members: [] },
    { code: 'no_prior', level: 'stop', step: 'cases', detail: 'Cases 2, 4 name none.', cases: [2, 4], members: [] },
  ],
}

const show = (report: CheckReport) =>
  render(
    <MemoryRouter>
      <Findings report={report} />
    </MemoryRouter>,
  )

afterEach(cleanup)

it('names what stops first', () => {
  show(REPORT)
  expect(screen.getAllByRole('listitem').map((one) => one.dataset['level'])).toEqual(['stop', 'warn'])
  expect(screen.getByTestId('findings').dataset['fit']).toBe('false')
})

it.each([true, false])('a fit study is fit only until something changes (current: %s)', (current) => {
  show({ ...REPORT, fit: true, findings: [], current })
  expect(screen.getByTestId('findings').dataset['fit']).toBe(String(current))
  if (!current) expect(screen.getByRole('status').textContent).toContain('Something was changed since this check.')
})
