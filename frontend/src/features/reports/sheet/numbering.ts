import type { Block, Document } from '../api/types'

/** The number of each table and of each figure, from 1, in the order of the page. */
export function numbered(document: Document): Map<Block, number> {
  const found = new Map<Block, number>()
  const counts = { table: 0, figure: 0 }
  for (const section of document.sections) {
    for (const block of section.blocks) {
      if (block.kind === 'table' || block.kind === 'figure') found.set(block, (counts[block.kind] += 1))
    }
  }
  return found
}
