import { describe, expect, it } from 'vitest'

import { boundaryOf, multipartBodies } from './multipart'

const text = (value: string) => new TextEncoder().encode(value)
const type = 'multipart/related; type="application/octet-stream"; boundary="frontier"'

function join(...pieces: (string | Uint8Array)[]): Uint8Array {
  const parts = pieces.map((piece) => (typeof piece === 'string' ? text(piece) : piece))
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

describe('multipartBodies', () => {
  it('gives the bodies in order, binary untouched', () => {
    const first = new Uint8Array([0, 13, 10, 45, 45, 255])
    const second = new Uint8Array([13, 10, 13, 10, 1])
    const whole = join('--frontier\r\nContent-Type: application/octet-stream\r\n\r\n', first, '\r\n--frontier\r\nA: b\r\n\r\n', second, '\r\n--frontier--\r\n')
    expect(multipartBodies(whole, type).map((body) => [...body])).toEqual([[...first], [...second]])
  })

  it('believes a Content-Length over bytes that look like a boundary', () => {
    const body = join('\r\n--frontier\r\nX')
    const whole = join(`--frontier\r\nContent-Length: ${body.length}\r\n\r\n`, body, '\r\n--frontier--')
    expect(multipartBodies(whole, type)).toHaveLength(1)
    expect([...(multipartBodies(whole, type)[0] as Uint8Array)]).toEqual([...body])
  })

  it('refuses an answer that was cut off', () => {
    const whole = join('--frontier\r\n\r\n\r\nabc\r\n--frontier\r\n\r\n\r\nde')
    expect(() => multipartBodies(whole, type)).toThrow('without its closing boundary')
  })

  it('reads quoted and bare boundaries, and refuses a type without one', () => {
    expect(boundaryOf(type)).toBe('frontier')
    expect(boundaryOf('multipart/related; boundary=b1; type="x/y"')).toBe('b1')
    expect(() => boundaryOf('application/json')).toThrow('boundary')
  })
})
