/** What an entry of the audit trail changed, value by value. */

export type Difference = { path: string; before?: string; after?: string }

const MOST = 200

/** Every value below `before` and `after` that is not the same in both, by its path; long ones are cut. */
export function differences(before: unknown, after: unknown, path = ''): Difference[] {
  if (isObject(before) || isObject(after)) {
    const [left, right] = [isObject(before) ? before : {}, isObject(after) ? after : {}]
    const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])]
    if (keys.length > 0) return keys.flatMap((key) => differences(left[key], right[key], path ? `${path}.${key}` : key))
  }
  const [old, now] = [written(before), written(after)]
  if (old === now) return []
  return [{ path, ...(old === undefined ? {} : { before: old }), ...(now === undefined ? {} : { after: now }) }]
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && (!Array.isArray(value) || value.some((one) => typeof one === 'object'))
}

function written(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > MOST ? `${text.slice(0, MOST)}…` : text
}
