import { render, screen } from '@testing-library/react'
import { describe, expect, it } from 'vitest'

import { decimalsFor, onStrip, STRIP, writeScore } from './score'
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

describe('writeScore', () => {
  it.each([
    [0.45, [0.62, 0.31], '0.45', ['0.62', '0.31']],
    [0.32897, [0.32902, 0.19], '0.32897', ['0.32902', '0.19000']],
    [0.3289, [0.329, 0.19], '0.3289', ['0.3290', '0.1900']],
    [0.329, [0.329, 0.19], '0.33', ['0.33', '0.19']],
    [0.1971, [0.49019999999999997, 0.1971], '0.20', ['0.49', '0.20']],
    [0.5, [null, undefined], '0.50', [null, null]],
    [1, [1, 0], '1.00', ['1.00', '0.00']],
  ])('writes %d beside %j as %s and %j', (score, cutoffs, written, ticks) => {
    expect(writeScore(score, cutoffs)).toEqual({ score: written, cutoffs: ticks })
  })

  it('starts from more decimals where asked', () => {
    expect(writeScore(0.45, [0.6], 3)).toEqual({ score: '0.450', cutoffs: ['0.600'] })
  })

  it('never writes a score into another tier, however near the cutoff', () => {
    let near = 0.3
    for (let step = 0; step < 52; step += 1) {
      near = (near + 0.329) / 2
      if (near === 0.329) break
      const { score, cutoffs } = writeScore(near, [0.329])
      expect(Number(score)).toBeLessThan(Number(cutoffs[0]))
      const above = writeScore(0.329, [near])
      expect(Number(above.score)).toBeGreaterThan(Number(above.cutoffs[0]))
    }
    expect(decimalsFor(0.3 + 0.1 + 0.2, [0.6])).toBeGreaterThan(14)
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
