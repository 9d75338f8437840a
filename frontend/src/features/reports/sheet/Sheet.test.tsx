import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import { MemoryRouter } from 'react-router'
import { afterEach, describe, expect, it, vi } from 'vitest'

import '@/i18n'

import type { Analysis, Conditions } from '../api/types'
import { SheetContext } from './context'
import { ANALYSIS, DOCUMENT, REPORT } from './document.fixture'
import { groupHeads } from './heads'
import { tellsByPrevalence } from './prevalence'
import { Sheet } from './Sheet'

function show(showCases: (conditions: Conditions, title: string) => void = () => undefined, analysis: Analysis = ANALYSIS) {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <MemoryRouter>
        <SheetContext value={{ report: REPORT, analysis, showCases }}>
          <Sheet document={DOCUMENT} />
        </SheetContext>
      </MemoryRouter>
    </QueryClientProvider>,
  )
}

afterEach(cleanup)

describe('a table of the sheet', () => {
  it('joins neighbouring columns of a group under one head, and has a head for each column', () => {
    show()
    const [upper, lower] = screen.getAllByRole('row')
    expect([...(upper?.querySelectorAll('th') ?? [])].map((one) => [one.textContent, one.colSpan, one.rowSpan])).toEqual([
      ['Judge', 1, 2],
      ['All cases', 2, 1],
      ['Cases', 1, 2],
    ])
    expect([...(lower?.querySelectorAll('th') ?? [])].map((one) => one.textContent)).toEqual(['Sensitivity', 'PPV'])
  })

  it('keeps groups of one name apart where another column stands between', () => {
    const column = (group: string | null) => ({ head: 'x', align: 'decimal' as const, group })
    expect(groupHeads(['a', 'b', 'b', null, 'a'].map(column))).toEqual([{ group: 'a', span: 1 }, { group: 'b', span: 2 }, { column: 3 }, { group: 'a', span: 1 }])
  })

  it('explains its marks beneath, and only those that it has', () => {
    show()
    const notes = screen.getByTestId('table-notes').textContent
    expect(notes).toContain('†')
    expect(notes).toContain('§ Named by the protocol')
    expect(notes).not.toContain('‡')
    expect(notes).toContain('Intervals: Wilson.')
  })

  it('tells why there is a dash on focus, until Escape', () => {
    show()
    const dash = screen.getByRole('button', { name: /^–\s?, T2WI, All cases, Sensitivity: nobody has recurrence$/ })
    fireEvent.focus(dash)
    expect(screen.getByRole('tooltip').textContent).toBe('nobody has recurrence')
    fireEvent.keyDown(dash, { key: 'Escape' })
    expect(screen.queryByRole('tooltip')).toBeNull()
    fireEvent.mouseEnter(dash)
    expect(screen.getByRole('tooltip')).toBeTruthy()
  })

  it('opens the cases behind a cell that counts cases, and no other is a button', () => {
    const showCases = vi.fn()
    show(showCases)
    const table = within(screen.getByTestId('report-table'))
    expect(table.getAllByRole('button', { name: /show the cases/ })).toHaveLength(1)
    fireEvent.click(table.getByRole('button', { name: /^197\s?, T1WI, Cases: show the cases$/ }))
    expect(showCases).toHaveBeenCalledWith({ cohort: 'internal', truth: 'yes' }, 'T1WI, Cases: 197')
  })

  it('has the prevalence beside predictive values, where the analysis takes one', () => {
    show()
    expect(screen.getByTestId('prevalence').querySelector('input')?.value).toBe('3')
    cleanup()
    show(undefined, { ...ANALYSIS, options: [] })
    expect(screen.queryByTestId('prevalence')).toBeNull()
  })

  it('knows by its words where figures hang on prevalence', () => {
    const table = DOCUMENT.sections[0]?.blocks[1]
    if (table?.kind !== 'table') throw new Error('the fixture has a table there')
    const without = { ...table, caption: 'Areas', columns: table.columns.map((one) => ({ ...one, head: 'Area' })) }
    expect(tellsByPrevalence(table)).toBe(true)
    expect(tellsByPrevalence(without)).toBe(false)
    expect(tellsByPrevalence({ ...without, caption: '阳性预测值' })).toBe(true)
  })
})

describe('the sheet', () => {
  it('has labels above all, a numbered figure with what it shows, methods, references and provenance', () => {
    show()
    expect(screen.getAllByRole('note')[0]?.textContent).toContain('PRELIMINARY')
    expect(screen.getByAltText('Bars of cases by tier').getAttribute('src')).toBe('/api/reports/KEY/figures/internal-figure.en.svg')
    expect(screen.getByTestId('report-figure').textContent).toContain('Figure 1.')
    expect(screen.getByTestId('methods').textContent).toContain('Wilson [1]')
    expect(screen.getByText(/Wilson EB/)).toBeTruthy()
    expect(screen.getByTestId('provenance').textContent).toContain('a'.repeat(64))
  })
})
