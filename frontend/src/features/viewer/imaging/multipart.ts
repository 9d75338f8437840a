/** multipart/related (RFC 2387) as /frames/1,2,… answers it (PS3.18 8.7.1): the bodies, as views on the received bytes. */

const CR = 13
const LF = 10

function indexOf(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  const head = wanted[0] as number
  let at = bytes.indexOf(head, from)
  while (at !== -1 && at + wanted.length <= bytes.length) {
    let same = 1
    while (same < wanted.length && bytes[at + same] === wanted[same]) same += 1
    if (same === wanted.length) return at
    at = bytes.indexOf(head, at + 1)
  }
  return -1
}

export function boundaryOf(contentType: string): string {
  const match = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType)
  const boundary = match?.[1] ?? match?.[2]
  if (!boundary) throw new Error(`Expected multipart/related with a boundary, found "${contentType}".`)
  return boundary
}

function contentLength(head: string): number | undefined {
  const match = /^content-length:\s*(\d+)\s*$/im.exec(head)
  return match ? Number(match[1]) : undefined
}

/** The bodies of all parts, in order. A Content-Length in a part's head is believed, so binary that looks like a boundary is safe. */
export function multipartBodies(bytes: Uint8Array, contentType: string): Uint8Array[] {
  const encoder = new TextEncoder()
  const delimiter = encoder.encode(`--${boundaryOf(contentType)}`)
  const headEnd = encoder.encode('\r\n\r\n')
  const bodies: Uint8Array[] = []
  let at = indexOf(bytes, delimiter, 0)
  while (at !== -1) {
    const afterDelimiter = at + delimiter.length
    if (bytes[afterDelimiter] === 45 && bytes[afterDelimiter + 1] === 45) return bodies
    const head = indexOf(bytes, headEnd, afterDelimiter)
    if (head === -1) break
    const start = head + headEnd.length
    const declared = contentLength(new TextDecoder().decode(bytes.subarray(afterDelimiter, head)))
    at = indexOf(bytes, delimiter, declared === undefined ? start : start + declared)
    if (at === -1) break
    const end = declared === undefined ? at - (bytes[at - 2] === CR && bytes[at - 1] === LF ? 2 : 0) : start + declared
    bodies.push(bytes.subarray(start, end))
  }
  throw new Error(`The multipart answer ended after ${bodies.length} parts, without its closing boundary. Load it again.`)
}
