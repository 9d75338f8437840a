import { describe, expect, it } from 'vitest'

import { safeNext } from './next'

const ORIGIN = 'http://127.0.0.1:8000'

describe('safeNext', () => {
  it.each([
    ['/worklist/?tier=positive', '/worklist/?tier=positive'],
    ['/viewer/1.2.3/', '/viewer/1.2.3/'],
    [null, '/'],
    ['', '/'],
    ['https://example.org/', '/'],
    ['//example.org/', '/'],
    ['/\\example.org', '/'],
    ['javascript:alert(1)', '/'],
    ['worklist/', '/'],
    ['/sign-in/?next=/sign-in/', '/'],
  ])('%s leads to %s', (next, goes) => expect(safeNext(next, ORIGIN)).toBe(goes))
})
