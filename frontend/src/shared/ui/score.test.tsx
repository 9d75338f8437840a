import { render, screen } from '@testing-library/react'
import { describe, expect, it } from 'vitest'

import { onStrip, STRIP } from './score'
import { ScoreStrip } from './ScoreStrip'

describe('onStrip', () => {
  it('runs from end to end and never beyond', () => {
    expect(onStrip(0)).toBe(STRIP.inset)
    expect(onStrip(1)).toBe(STRIP.width - STRIP.inset)
    expect(onStrip(0.5)).toBe(STRIP.width / 2)
    expect(onStrip(-1)).toBe(onStrip(0))
    expect(onStrip(1.7)).toBe(onStrip(1))
  })
})

describe('ScoreStrip', () => {
  it('says score and cutoffs, and stands the dot between the ticks of its tier', () => {
    const { container } = render(<ScoreStrip score={0.45} cutoffs={{ first: 0.62, second: 0.31 }} tier="suspicious" />)
    expect(screen.getByRole('img').getAttribute('aria-label')).toBe('Score 0.450 on T1_T2; cutoffs: suspicious from 0.310, positive from 0.620')
    const ticks = [...container.querySelectorAll('line')].slice(-2).map((line) => Number(line.getAttribute('x1')))
    const dot = Number(container.querySelector('circle')?.getAttribute('cx'))
    expect(ticks[0]).toBeLessThan(dot)
    expect(dot).toBeLessThan(ticks[1] ?? 0)
  })

  it('is a dash where there is no score', () => {
    const { container } = render(<ScoreStrip score={null} cutoffs={null} tier={null} />)
    expect(container.textContent).toBe('—')
  })
})
