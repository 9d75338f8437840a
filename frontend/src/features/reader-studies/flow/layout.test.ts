import { describe, expect, it } from 'vitest'

import { type Box, type Entry, layout, SIZES, type Storey, widthOf, wrapped } from './layout'

const entry = (id: string, details = 0, title = id): Entry => ({
  id,
  title,
  count: 1200,
  details: Array.from({ length: details }, (_, number) => ({ text: `Reason ${number} that takes more than one line to be said in full`, count: number })),
})

const overlap = (one: Box, other: Box) =>
  one.x < other.x + other.width && other.x < one.x + one.width && one.y < other.y + other.height && other.y < one.y + one.height

const SHAPES: [string, Storey[], Entry[]][] = [
  ['nothing left out', [{ main: entry('assessed'), left: [] }, { main: entry('included'), left: [] }], [entry('positive'), entry('negative')]],
  ['exclusions with reasons', [{ main: entry('assessed'), left: [entry('excluded', 5)] }, { main: entry('included'), left: [entry('practice'), entry('withdrawn', 2)] }, { main: entry('read'), left: [] }], [entry('positive'), entry('negative'), entry('unknown')]],
  ['one box', [{ main: entry('assessed'), left: [] }], []],
  ['long Chinese words', [{ main: entry('assessed', 0, '评估是否符合入组条件的检查'.repeat(4)), left: [entry('excluded', 3, '排除的检查')] }, { main: entry('included'), left: [] }], [entry('positive')]],
]

describe('layout', () => {
  it.each(SHAPES)('lays nothing over anything else: %s', (_, storeys, leaves) => {
    const { boxes, width, height } = layout(storeys, leaves)
    boxes.forEach((one, index) => boxes.slice(index + 1).forEach((other) => expect(overlap(one, other), `${one.id} and ${other.id}`).toBe(false)))
    for (const box of boxes) {
      expect(box.x).toBeGreaterThanOrEqual(0)
      expect(box.x + box.width).toBeLessThanOrEqual(width)
      expect(box.y + box.height).toBeLessThanOrEqual(height)
    }
  })

  it.each(SHAPES)('reaches every box but the first by one arrow that ends at its edge: %s', (_, storeys, leaves) => {
    const { boxes, arrows } = layout(storeys, leaves)
    expect(arrows.map((arrow) => arrow.id).sort()).toEqual(boxes.slice(1).map((box) => `to ${box.id}`).sort())
    for (const arrow of arrows) {
      const box = boxes.find((one) => `to ${one.id}` === arrow.id)
      const [x, y] = arrow.points.at(-1) ?? [NaN, NaN]
      expect(x === box?.x || y === box?.y).toBe(true)
    }
  })

  it.each(SHAPES)('keeps every line inside its box: %s', (_, storeys, leaves) => {
    for (const box of layout(storeys, leaves).boxes)
      for (const line of box.lines) expect(widthOf(line.text) * SIZES.text, line.text).toBeLessThanOrEqual(box.width - 2 * SIZES.padding + 1)
  })

  it('puts what leaves between two storeys of the main column', () => {
    const { boxes } = layout([{ main: entry('assessed'), left: [entry('excluded', 1)] }, { main: entry('included'), left: [] }], [])
    const [assessed, excluded, included] = boxes
    expect(excluded?.y).toBeGreaterThan((assessed?.y ?? 0) + (assessed?.height ?? 0))
    expect(included?.y).toBeGreaterThan((excluded?.y ?? 0) + (excluded?.height ?? 0))
  })
})

describe('wrapped', () => {
  it('breaks at spaces, and between Chinese characters', () => {
    expect(wrapped('one two three', 5)).toEqual(['one two', 'three'])
    expect(wrapped('图像质量不佳', 3)).toEqual(['图像质', '量不佳'])
  })
  it('does not break at hard spaces', () => expect(wrapped('Left out (n\u00a0=\u00a04)', 6)).toEqual(['Left out', '(n\u00a0=\u00a04)']))
  it('leaves one long word whole', () => expect(wrapped('incomprehensibilities', 3)).toEqual(['incomprehensibilities']))
})
