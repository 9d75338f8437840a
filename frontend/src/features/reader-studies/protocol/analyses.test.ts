import { describe, expect, it } from 'vitest'

import { changedAnalysis, newAnalysis, removedAnalysis, sidesOf } from './analyses'
import { paperProtocol } from './protocol.fixture'

const { aim, design } = paperProtocol()
const [first] = aim.analyses as [(typeof aim.analyses)[0]]

describe('an analysis', () => {
  it.each([
    ['non_inferiority', 0.05],
    ['equivalence', 0.05],
    ['superiority', null],
    ['estimate', null],
  ] as const)('that becomes %s has the margin %s', (hypothesis, margin) => expect(changedAnalysis(first, { hypothesis }).margin).toBe(margin))

  it('keeps a margin that was named, and drops it with its hypothesis', () => {
    const named = changedAnalysis(changedAnalysis(first, { hypothesis: 'equivalence' }), { margin: 0.1 })
    expect(changedAnalysis(named, { hypothesis: 'non_inferiority' }).margin).toBe(0.1)
    expect(changedAnalysis(named, { hypothesis: 'estimate' }).margin).toBeNull()
  })

  it('is no longer primary once removed', () => {
    expect(removedAnalysis(aim, 0)).toMatchObject({ analyses: [], primary: null })
    const two = { ...aim, analyses: [...aim.analyses, newAnalysis(aim.analyses)] }
    expect(removedAnalysis(two, 1).primary).toBe(aim.primary)
  })

  it('is offered the arms that there are, and keeps one that is gone', () => {
    expect(sidesOf(design, first)).toContain('arm:complete')
    expect(sidesOf(design, first)).not.toContain('stage:aided')
    expect(sidesOf({ ...design, kind: 'sequential' }, first)).toContain('stage:aided')
    expect(sidesOf(design, { ...first, first: 'arm:gone' })).toContain('arm:gone')
    expect(sidesOf(design, first).filter((side) => side === first.first)).toHaveLength(1)
  })
})
