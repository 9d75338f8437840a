import { describe, expect, it } from 'vitest'

import { reasonGroups, rolesOf } from './reasons'

describe('a reason for withheld advice', () => {
  it('is taken apart by series; a remedy stays with what it helps', () => {
    const groups = reasonGroups('Protocol 3 needs calibration: none was done. T1WI: It is 1.5 mm. T2WI: Too short: 87 mm. Choose another. T1WI: It is odd.')
    expect(groups).toEqual([
      { role: undefined, sentences: ['Protocol 3 needs calibration: none was done.'] },
      { role: 'T1WI', sentences: ['It is 1.5 mm.', 'It is odd.'] },
      { role: 'T2WI', sentences: ['Too short: 87 mm.', 'Choose another.'] },
    ])
    expect(rolesOf(groups)).toEqual(['T1WI', 'T2WI'])
  })

  it('about the study alone names no series', () => {
    const groups = reasonGroups('Scope questions are unanswered (6 of 6).')
    expect(groups).toEqual([{ role: undefined, sentences: ['Scope questions are unanswered (6 of 6).'] }])
    expect(rolesOf(groups)).toEqual([])
    expect(reasonGroups('')).toEqual([])
  })
})
