/** DICOM JSON of one blinded header, as lines to read. */

type Element = { vr?: string; Value?: unknown[] }

export type HeaderLine = { tag: string; keyword: string; value: string; made: string; why: string }
export type Attribute = { tag: string; keyword: string; made: string; why: string }

/** One line for each attribute that is sent, in the order of its tag, with why it is sent and what was done to it. */
export function headerLines(header: Record<string, unknown>, attributes: readonly Attribute[]): HeaderLine[] {
  const known = new Map(attributes.map((one) => [one.tag, one]))
  return Object.keys(header)
    .sort()
    .map((tag) => ({ tag: `(${tag.slice(0, 4)},${tag.slice(4)})`, keyword: known.get(tag)?.keyword ?? '', value: valueOf(header[tag]), made: known.get(tag)?.made ?? '', why: known.get(tag)?.why ?? '' }))
}

function valueOf(element: unknown): string {
  const { Value = [] } = (element ?? {}) as Element
  return Value.map((one) => (typeof one === 'object' && one !== null ? JSON.stringify(one) : String(one))).join(' \\ ') || '—'
}
