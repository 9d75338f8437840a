import { describe, expect, it } from 'vitest'

import { differences } from './differences'

describe('differences', () => {
  it('tells what changed, and nothing else', () =>
    expect(differences({ aim: { alpha: 0.05, primary: null }, told: { prevalence: '' } }, { aim: { alpha: 0.01, primary: 'auc' }, told: { prevalence: '' } })).toEqual([
      { path: 'aim.alpha', before: '0.05', after: '0.01' },
      { path: 'aim.primary', after: 'auc' },
    ]))

  it.each([
    [null, 'open', [{ path: '', after: 'open' }]],
    ['draft', 'open', [{ path: '', before: 'draft', after: 'open' }]],
    [['a', 'b'], ['a'], [{ path: '', before: '["a","b"]', after: '["a"]' }]],
    [{ arms: [{ key: 'a', ai: false }] }, { arms: [{ key: 'a', ai: true }] }, [{ path: 'arms.0.ai', before: 'false', after: 'true' }]],
    [null, null, []],
    [null, {}, [{ path: '', after: '{}' }]],
  ])('of %j and %j', (before, after, wanted) => expect(differences(before, after)).toEqual(wanted))
})
