import { describe, expect, it } from 'vitest'

import { firstQuestion, testFor, turned } from './power'
import { paperProtocol } from './protocol.fixture'
import type { Analysis } from './types'

const { aim } = paperProtocol()
const analysis = (more: Partial<Analysis>): Analysis => ({ ...aim.analyses[0]!, ...more })

describe('testFor', () => {
  it.each([
    [{ endpoint: 'auc', first: 'arm:aided', second: 'arm:unaided' }, 'readers'],
    [{ endpoint: 'auc', first: 'network:T1_T2', second: 'network:T1WIC' }, 'areas'],
    [{ endpoint: 'sensitivity', hypothesis: 'superiority' }, 'proportions'],
    [{ endpoint: 'specificity', hypothesis: 'non_inferiority' }, 'non_inferiority'],
  ] as const)('%j is asked by %s', (more, wanted) => expect(testFor(analysis(more))).toBe(wanted))
})

describe('the first question', () => {
  it('has the study’s own α, readers and share of recurrences', () => expect(firstQuestion({ ...aim, alpha: 0.01 }, 4, 0.3)).toMatchObject({ alpha: 0.01, readers: 4, prevalence: 0.3, power: 0.8, cases: null }))
  it('asks for one of cases and power, never for both', () => {
    const question = firstQuestion(aim, 2, null)
    for (const ask of ['cases', 'power'] as const) {
      const { power, cases } = turned(question, ask, 24)
      expect([power, cases].filter((one) => one === null)).toHaveLength(1)
    }
  })
})
