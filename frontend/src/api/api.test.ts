import { describe, expect, it, vi } from 'vitest'

import { ApiError, errorFrom, withQuery } from './client'
import { throttle } from './throttle'

describe('withQuery', () => {
  it('repeats lists and leaves out what is empty', () => {
    expect(withQuery('/api/x/', { a: ['1', '2'], b: '', c: null, d: 0, e: undefined })).toBe('/api/x/?a=1&a=2&d=0')
    expect(withQuery('/api/x/')).toBe('/api/x/')
  })
})

describe('errorFrom', () => {
  it('keeps code, sentence and reference', () => {
    const error = errorFrom(507, '{"code":"storage_full","detail":"The disk is full.","reference":"a1"}')
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({ status: 507, code: 'storage_full', message: 'The disk is full.', reference: 'a1' })
  })

  it('survives a body that is no JSON', () => {
    expect(errorFrom(502, '<html>Bad gateway</html>')).toMatchObject({ status: 502, detail: 'HTTP 502' })
  })
})

describe('throttle', () => {
  it('calls at once, then not oftener than asked, and never loses the last call', () => {
    vi.useFakeTimers()
    const action = vi.fn()
    const { call } = throttle(action, 700)
    call()
    for (let times = 0; times < 9; times++) call()
    expect(action).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(700)
    expect(action).toHaveBeenCalledTimes(2)
    vi.advanceTimersByTime(5_000)
    expect(action).toHaveBeenCalledTimes(2)
    vi.useRealTimers()
  })
})
