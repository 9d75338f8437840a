import type { Column } from '../api/types'

export type GroupHead = { group: string; span: number } | { column: number }

/** The upper row of heads: neighbouring columns of one group share a head; a column without a group reaches through both rows. */
export function groupHeads(columns: readonly Column[]): GroupHead[] {
  const heads: GroupHead[] = []
  columns.forEach((column, index) => {
    const last = heads.at(-1)
    if (column.group === null) heads.push({ column: index })
    else if (last && 'group' in last && last.group === column.group) last.span += 1
    else heads.push({ group: column.group, span: 1 })
  })
  return heads
}
