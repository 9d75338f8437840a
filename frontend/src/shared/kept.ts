/** JSON that this browser keeps over a reload, under a name. What may be kept, and until when, is the caller's business. */

/** Undefined where there is nothing, or nothing that can be read. */
export function readJson(name: string): unknown {
  const text = localStorage.getItem(name)
  if (text === null) return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

export function keepJson(name: string, value: object): void {
  try {
    localStorage.setItem(name, JSON.stringify(value))
  } catch {
    // A full or forbidden storage: what is on the page stays there; only a reload would lose it.
  }
}

/** What follows `prefix` in every name that begins with it. */
export function namesAfter(prefix: string): string[] {
  const names = Array.from({ length: localStorage.length }, (_, index) => localStorage.key(index) ?? '')
  return names.flatMap((name) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []))
}
