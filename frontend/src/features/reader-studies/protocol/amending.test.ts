import { describe, expect, it } from 'vitest'

import { amendable, changedParts } from './amending'
import { paperProtocol } from './protocol.fixture'

describe('an amendment', () => {
  it.each([
    ['open', [true, true, true]],
    ['closed', [true, true, true]],
    ['locked', [false, false, true]],
    ['unblinded', [false, false, false]],
  ] as const)('of a study that is %s may change told, rules, coding: %j', (state, wanted) => expect(Object.values(amendable(state))).toEqual(wanted))

  it('names the parts that differ', () => {
    const before = paperProtocol()
    expect(changedParts(before, paperProtocol())).toEqual([])
    expect(changedParts(before, { ...before, told: { ...before.told, instructions: 'Slowly.' }, rules: { ...before.rules, withdrawn_case: 'keep_submitted' } })).toEqual(['told', 'rules'])
  })
})
