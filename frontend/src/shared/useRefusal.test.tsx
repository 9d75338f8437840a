import { cleanup, render, renderHook, screen } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'

import { ApiError } from '@/api/client'
import { setLanguage } from '@/i18n'

import { Failed } from './ui/Failed'
import { useRefusal } from './useRefusal'

const refused = (code: string, detail: string) => new ApiError(403, code, detail, null)

afterEach(() => {
  cleanup()
  setLanguage('en')
})

it('has the feature’s words for a code, else the server’s sentence, in the language of the page', () => {
  setLanguage('zh')
  const said = renderHook(() => useRefusal('coding')).result.current
  expect(said(refused('read_by_you', 'x'))).toBe('您曾在研究中阅读此病例，须由他人编码。')
  expect(said(refused('permission_denied', 'Your part in this study does not include this.'))).toBe('您在本研究中的角色不包括此项。')
  expect(said(refused('new_one', 'Nobody has translated this.'))).toBe('Nobody has translated this.')
})

it('a view that failed says why in the language of the page', () => {
  setLanguage('zh')
  render(<Failed error={refused('permission_denied', 'This case waits for somebody else of the chain.')} />)
  expect(screen.getByRole('alert').textContent).toContain('此病例正等待标注链中的其他人。')
})
