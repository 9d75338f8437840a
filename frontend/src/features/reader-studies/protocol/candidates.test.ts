import { describe, expect, it } from 'vitest'

import { listedNumbers, newQuery } from './candidates'
import { paperProtocol } from './protocol.fixture'

const { design } = paperProtocol()

describe('a question to the archive', () => {
  it('asks for T1WIC where an arm is complete, and not where none is', () => {
    expect(newQuery(design).sequences).toEqual(['T1WI', 'T2WI', 'T1WIC'])
    expect(newQuery({ ...design, arms: [{ ...design.arms[0]!, images: 'unenhanced' }] }).sequences).toEqual(['T1WI', 'T2WI'])
  })

  it.each([
    ['A1\nA2\r\nA1', ['A1', 'A2']],
    ['A1, A2;1.2.840.3\tA4', ['A1', 'A2', '1.2.840.3', 'A4']],
    ['  \n', []],
  ])('reads the list %j', (text, wanted) => expect(listedNumbers(text)).toEqual(wanted))
})
