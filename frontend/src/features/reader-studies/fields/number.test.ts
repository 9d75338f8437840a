import { describe, expect, it } from 'vitest'

import { readNumber } from './number'

const bounds = { least: 0, most: 1, whole: false, optional: false }

describe('readNumber', () => {
  it.each([
    ['0.05', bounds, 0.05],
    [' 0,05 ', bounds, 0.05],
    ['.5', bounds, 0.5],
    ['0.', bounds, undefined],
    ['1.5', bounds, undefined],
    ['', bounds, undefined],
    ['', { ...bounds, optional: true }, null],
    ['12', { ...bounds, most: 20, whole: true }, 12],
    ['1e3', { ...bounds, most: 2000, whole: true }, undefined],
    ['1.0', { ...bounds, whole: true }, undefined],
  ])('reads %j as %s', (text, within, wanted) => expect(readNumber(text, within).value).toBe(wanted))
})
