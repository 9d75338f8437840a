import { expect, it } from 'vitest'

import { readSizes } from './sizes'

it.each([
  ['4, 6, 8', [4, 6, 8]],
  ['4 6;8', [4, 6, 8]],
  ['', null],
  ['1', null],
  ['4, six', null],
  ['101', null],
  ['2 2 2 2 2 2 2 2 2 2 2', null],
])('block sizes %j are %j', (text, wanted) => expect(readSizes(text)).toEqual(wanted))
