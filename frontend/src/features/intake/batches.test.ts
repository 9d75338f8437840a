import { describe, expect, it } from 'vitest'

import { intoBatches, MOST_BYTES, MOST_FILES } from './batches'
import { add, asText, NOTHING } from './report'

function incoming(name: string, size = 10, path = name) {
  const file = new File([], name)
  Object.defineProperty(file, 'size', { value: size })
  return { file, path }
}

const names = (batches: ReturnType<typeof intoBatches>) => batches.map((batch) => batch.map(({ path }) => path))

describe('intoBatches', () => {
  it('keeps order and paths and never exceeds the number of files', () => {
    const files = Array.from({ length: 2 * MOST_FILES + 1 }, (_, index) => incoming(`IM${index}`, 10, `study/IM${index}`))
    const batches = intoBatches(files)
    expect(batches.map((batch) => batch.length)).toEqual([MOST_FILES, MOST_FILES, 1])
    expect(batches.flat()).toEqual(files)
  })

  it('never exceeds the bytes, but for one file that is larger by itself', () => {
    const half = MOST_BYTES / 2
    const batches = intoBatches([incoming('a', half), incoming('b', half), incoming('c', 1), incoming('big', 3 * MOST_BYTES), incoming('d', 1)])
    expect(names(batches)).toEqual([['a', 'b'], ['c'], ['big'], ['d']])
  })

  it('sends a zip alone', () => {
    expect(names(intoBatches([incoming('a'), incoming('head.ZIP'), incoming('b')]))).toEqual([['a'], ['head.ZIP'], ['b']])
  })

  it('makes nothing of nothing', () => expect(intoBatches([])).toEqual([]))
})

describe('the report', () => {
  it('adds up, naming each study once', () => {
    const one = { ...NOTHING, stored: 2, refused: [{ path: 'x', reason: 'truncated' }], studies: ['1', '2'] }
    const other = { ...NOTHING, stored: 1, already: 4, skipped: 1, set_aside: [{ path: 'y', reason: 'other name' }], studies: ['2', '3'] }
    expect(add(one, other)).toEqual({
      stored: 3,
      already: 4,
      skipped: 1,
      set_aside: [{ path: 'y', reason: 'other name' }],
      refused: [{ path: 'x', reason: 'truncated' }],
      studies: ['1', '2', '3'],
    })
  })

  it('is copied as lines', () => {
    expect(asText([{ path: 'a/b', reason: 'truncated' }, { path: 'c', reason: 'no pixels' }])).toBe('a/b\ttruncated\nc\tno pixels')
  })
})
