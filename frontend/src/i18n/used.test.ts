/** Every key that the code names literally is there: a missing one would show as its own name on the page. */
import { describe, expect, it } from 'vitest'

import { i18next } from '.'

const sources = import.meta.glob('../**/*.{ts,tsx}', { query: '?raw', import: 'default', eager: true }) as Record<string, string>

describe('keys in the code', () => {
  it('exist', () => {
    const missing: string[] = []
    for (const [file, text] of Object.entries(sources)) {
      if (file.includes('.test.')) continue
      for (const [, key = ''] of text.matchAll(/\bt\(\s*'([\w.]+)'/g)) {
        const forms = [key, `${key}_one`, `${key}_other`]
        if (!forms.some((form) => i18next.exists(form, { lng: 'en' }))) missing.push(`${file}: ${key}`)
      }
    }
    expect(Object.keys(sources).length).toBeGreaterThan(30)
    expect(missing).toEqual([])
  })
})
