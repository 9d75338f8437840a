import { render, screen, within } from '@testing-library/react'
import { MemoryRouter } from 'react-router'
import { describe, expect, it, vi } from 'vitest'

import type { Row } from '@/api/types'

import { makeRow } from './rows.fixture'
import { WorklistRow } from './WorklistRow'

const NOW = new Date('2026-11-23T17:04:00Z')

function show(change: Partial<Row>, onOpen = vi.fn()) {
  const nothing = vi.fn()
  render(
    <MemoryRouter>
      <table>
        <tbody>
          <WorklistRow row={makeRow('1', change)} href="/viewer/1/" now={NOW} selected={false} focusable hasLeft={false} onSelect={nothing} onOpen={onOpen} onPreview={nothing} />
        </tbody>
      </table>
    </MemoryRouter>,
  )
  const row = screen.getByTestId('worklist-row-1')
  return { row, tier: within(row).getByTestId('tier'), state: within(row).getByTestId('state') }
}

describe('WorklistRow', () => {
  it('says the tier by mark and word', () => {
    expect(show({}).tier.textContent).toBe('▲positive')
  })

  it('says "no advice" where there is no tier', () => {
    const { tier } = show({ tier: null, score: null, state: 'queued' })
    expect(tier.textContent).toBe('no advice')
    expect(tier.querySelector('[data-tier]')?.getAttribute('data-tier')).toBe('none')
  })

  it('keeps the computed tier and stripes it while advice is withheld', () => {
    const { tier, state } = show({ advice: { given: false, text: 'No advice: routine protocol.', reason: 'Scope questions are unanswered.' } })
    expect(tier.textContent).toContain('positive')
    expect(tier.querySelector('.withheld')).not.toBeNull()
    expect(tier.querySelector('[data-tier]')?.getAttribute('title')).toContain('Scope questions are unanswered.')
    expect(state.textContent).toContain('Scope questions are unanswered.')
  })

  it('advises nothing in the title while advice is withheld', () => {
    const { tier } = show({ advice: { given: false, text: 'No advice: routine protocol.', reason: 'Scope questions are unanswered.' } })
    const title = tier.querySelector('[data-tier]')?.getAttribute('title')
    expect(title).toContain('No advice: routine protocol.')
    expect(title).not.toContain('advised')
  })

  it("says the enhanced network's side of a suspicious tier once it was heard", () => {
    const { tier } = show({ tier: 'suspicious', final: 'negative', advice: { given: true, text: '', reason: '' } })
    expect(tier.querySelector('[data-tier]')?.getAttribute('title')).toContain('Enhanced network below its cutoff: a radiologist must read.')
  })

  it('shows how far a run has come', () => {
    const { state } = show({ tier: null, state: 'running', percent: 43, stage: 'T2WI network' })
    expect(state.textContent).toContain('43 %')
    expect(within(state).getByRole('progressbar').getAttribute('value')).toBe('43')
  })

  it('says that a suspicious study waits for T1WIC', () => {
    const { row, state } = show({ tier: 'suspicious', final: 'pending' })
    expect(state.textContent).toContain('waits for T1C')
    expect(row.textContent).toContain('◌T1C')
  })

  it('leaves out a T1WIC that nobody needs and marks a resampled sequence', () => {
    const sequences: Row['sequences'] = [
      { role: 'T1WI', present: true, resampled: true },
      { role: 'T2WI', present: true, resampled: false },
      { role: 'T1WIC', present: false, resampled: false },
    ]
    const { row } = show({ sequences })
    expect(row.textContent).toContain('T1*')
    expect(row.textContent).not.toContain('T1C')
  })

  it('says who decided what', () => {
    const { row } = show({ confirmation: { by: 'Dr. Li', at: '2026-11-23T17:01:00Z', decision: 'overridden', contrast: false, reason: 'Known necrosis' } })
    expect(row.textContent).toContain('no contrast')
    expect(row.textContent).toContain('overridden')
  })

  it('opens on a click, and its link leads to the viewer', () => {
    const onOpen = vi.fn()
    const { row } = show({}, onOpen)
    row.click()
    expect(onOpen).toHaveBeenCalledWith('1')
    expect(within(row).getByRole('link').getAttribute('href')).toBe('/viewer/1/')
  })
})
