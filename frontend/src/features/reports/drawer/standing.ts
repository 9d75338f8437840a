import type { Document } from '../api/types'

/** How many figures a document has, and how many of them the protocol named: before opening, or after. */
export function standingOf(document: Document): { figures: number; pre: number; added: number } {
  const counts = { figures: 0, pre: 0, added: 0 }
  for (const section of document.sections) {
    for (const block of section.blocks) {
      if (block.kind !== 'table') continue
      for (const cell of block.rows.flatMap((row) => row.cells)) {
        // A figure is an estimate: a number with an interval, or one that the protocol named.
        const pre = cell.marks.includes('pre_specified')
        const added = cell.marks.includes('added')
        if (!pre && !added && (cell.value === null || cell.below === null)) continue
        counts.figures += 1
        counts.pre += pre ? 1 : 0
        counts.added += added ? 1 : 0
      }
    }
  }
  return counts
}
