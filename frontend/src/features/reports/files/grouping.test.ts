import { describe, expect, it } from 'vitest'

import { DOCUMENT, REPORT } from '../sheet/document.fixture'
import { figureFiles, grouped, hasSmall, sizeOf } from './grouping'

describe('files of a report', () => {
  it('stand in groups: what is about single cases apart, the page’s own nowhere', () => {
    const own = { ...REPORT.files[0]!, name: 'page.en.json', format: 'page' }
    const found = Object.fromEntries(grouped([...REPORT.files, own]).map(([group, files]) => [group, files.map((one) => one.name)]))
    expect(found['raw']).toEqual(['performance-readings.csv', 'performance-internal.imrmc'])
    expect(found['tables']).toEqual(['performance-figures.csv'])
    expect(found['document']).toEqual(['performance.pdf'])
    expect(found['programs']).toEqual(['performance.json', 'performance.schema.json'])
    expect(Object.values(found).flat()).toHaveLength(REPORT.files.length)
  })

  it('of a figure are its own in both languages, not those of one whose name ends alike', () => {
    expect(figureFiles(REPORT, 'internal-figure').map((one) => one.name)).toEqual(['performance-internal-figure.en.svg', 'performance-internal-figure.zh.svg', 'performance-internal-figure.en.png'])
    const preliminary = { ...REPORT, files: REPORT.files.map((one) => ({ ...one, name: `preliminary-${one.name}` })) }
    expect(figureFiles(preliminary, 'internal-figure')).toHaveLength(3)
  })

  it('are warned of where a small cell is behind a figure', () => {
    expect(hasSmall(DOCUMENT)).toBe(true)
    const section = DOCUMENT.sections[0]!
    expect(hasSmall({ ...DOCUMENT, sections: [{ ...section, blocks: section.blocks.filter((one) => one.kind !== 'table') }] })).toBe(false)
  })

  it.each([
    [999, '999 B'],
    [45_300, '45 kB'],
    [1_250_000, '1.3 MB'],
  ])('%d bytes', (bytes, words) => expect(sizeOf(bytes)).toBe(words))
})
