import { describe, expect, it } from 'vitest'

import { headerLines } from './headers'

describe('headerLines', () => {
  const attributes = [{ tag: '00080060', keyword: 'Modality', made: 'constant', why: 'pixel pipeline' }]

  it('tells each attribute that is sent, in order, with what was done to it', () =>
    expect(headerLines({ '00280030': { vr: 'DS', Value: [0.5, 0.5] }, '00080060': { vr: 'CS', Value: ['MR'] } }, attributes)).toEqual([
      { tag: '(0008,0060)', keyword: 'Modality', value: 'MR', made: 'constant', why: 'pixel pipeline' },
      { tag: '(0028,0030)', keyword: '', value: '0.5 \\ 0.5', made: '', why: '' },
    ]))

  it('hides no empty one', () => expect(headerLines({ '00080060': { vr: 'CS' } }, attributes)[0]?.value).toBe('—'))
})
