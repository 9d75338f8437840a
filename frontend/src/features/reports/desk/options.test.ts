import { describe, expect, it } from 'vitest'

import type { Analysis, Option } from '../api/types'
import { asPercent, asShare, chosen, defaultsOf, numbersFrom, plainName, valueInWords } from './options'

const option = (name: string, kind: Option['kind'], value: Option['default'], choices: string[] = []): Option => ({ name, kind, choices, default: value, help: { en: '', zh: '' } })
const ANALYSIS: Analysis = {
  name: 'performance',
  version: 1,
  title: { en: 'Diagnostic performance', zh: '诊断效能' },
  reads: 'study',
  readers: false,
  options: [option('prevalence', 'share', 0.03), option('correction', 'choice', null, ['holm', 'none']), option('sweep', 'numbers', [0.01, 0.1])],
}

describe('options', () => {
  it('are sent only where they differ from the default', () => {
    const defaults = defaultsOf(ANALYSIS)
    expect(chosen(ANALYSIS, defaults)).toEqual({})
    expect(chosen(ANALYSIS, { ...defaults, prevalence: 0.45, sweep: [0.01, 0.1] })).toEqual({ prevalence: 0.45 })
    expect(chosen(ANALYSIS, { ...defaults, correction: 'holm', sweep: [] })).toEqual({ correction: 'holm', sweep: [] })
  })

  it('of a default that is taken back are sent as none', () => {
    expect(chosen(ANALYSIS, { ...defaultsOf(ANALYSIS), prevalence: null })).toEqual({ prevalence: null })
  })

  it.each([3, 7, 0.1, 29, 45.5, 99.99])('%s % comes back as it was typed', (percent) => {
    expect(asPercent(asShare(percent))).toBe(percent)
  })

  it('read lists of numbers however they are parted', () => {
    expect(numbersFrom('0.01, 0.03;0.1  0.5')).toEqual([0.01, 0.03, 0.1, 0.5])
    expect(numbersFrom('')).toEqual([])
    expect(numbersFrom('0.01, many')).toBeUndefined()
  })

  it('are told in words', () => {
    const word = (key: string, fallback: string) => (key === 'choice.holm' ? 'Holm' : key === 'none' ? 'by the protocol' : fallback)
    expect(valueInWords(ANALYSIS.options[0], 0.03, word)).toBe('3 %')
    expect(valueInWords(ANALYSIS.options[1], 'holm', word)).toBe('Holm')
    expect(valueInWords(ANALYSIS.options[1], 'left_out', word)).toBe('Left out')
    expect(valueInWords(ANALYSIS.options[1], null, word)).toBe('by the protocol')
    expect(valueInWords(undefined, 2444, word)).toBe('2444')
    expect(plainName('seconds_enhanced')).toBe('Seconds enhanced')
  })
})
