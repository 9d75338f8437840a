import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import { i18next } from '@/i18n'

import { say } from './useSaid'

const zh = i18next.getFixedT('zh') as (key: string, values?: Record<string, string>) => string

/** The sentences that the server keeps as constants, with something in each place. */
function constants(path: string): string[] {
  const source = readFileSync(`../${path}`, 'utf8')
  return [...source.matchAll(/^_?[A-Z][A-Z0-9_]+ = "([A-Z{][^"\n]+\.)"$/gm)].map((match) => match[1] as string)
}

const filled = (sentence: string) =>
  sentence.replace('{verb}', 'has').replace('{open}', '4').replace('{all}', '6').replace(/{\w+}/g, 'T1WI')

const SOURCES = ['radapp/triage/outcome.py', 'radapp/triage/services.py', 'radapp/triage/runs.py', 'worker/assessment.py', 'ml/volume.py', 'ml/nasopharynx.py']
const NOT_SHOWN = /^(No advice|Below both|Recurrence suspected|Undetermined)/ // said by the tier's own words

describe("the server's sentences", () => {
  it.each([...SOURCES, 'radapp/triage/advice.py'])('of %s are known in Chinese', (path) => {
    const sentences = constants(path).filter((sentence) => !NOT_SHOWN.test(sentence))
    expect(sentences.length).toBeGreaterThan(0)
    for (const sentence of sentences) expect(say(filled(sentence), zh), sentence).toMatch(/[\u4e00-\u9fff]/)
  })

  it('keep what the server put into them', () => {
    expect(say('Scope questions are unanswered (4 of 6).', zh)).toBe('适用范围问题尚未回答（6 个中的 4 个）。')
    expect(say('Out of scope: new symptoms, rising EBV-DNA.', zh)).toBe('不在适用范围：有新症状, EBV-DNA 升高。')
    expect(say('T1WI and T2WI did not arrive within 24 hours of the last image.', zh)).toContain('24 小时')
    expect(say('T2WI: Choose another series for this role.', zh)).toBe('T2WI: 请为此角色选择另一序列。')
    expect(say('The networks are reading. Waits for a worker.', zh)).toBe('网络正在读取。 等待计算节点。')
  })

  it('stay as they came where they are not known', () => {
    expect(say('TR 520 ms, TE 11 ms, axial 2D', zh)).toBe('TR 520 ms, TE 11 ms, axial 2D')
  })
})
