import { expect, it } from 'vitest'

import { DOCUMENT } from '../sheet/document.fixture'
import { standingOf } from './standing'

it('counts estimates, and those that the protocol named; counts of cases are no estimates', () => {
  expect(standingOf(DOCUMENT)).toEqual({ figures: 3, pre: 1, added: 0 })
})
