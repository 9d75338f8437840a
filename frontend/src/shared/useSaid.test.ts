import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import { i18next } from '@/i18n'

import { say, sayEvidence } from './useSaid'

const zh = i18next.getFixedT('zh') as (key: string, values?: Record<string, string>) => string

/** The sentences that the server keeps as constants, with something in each place. */
function constants(path: string): string[] {
  const source = readFileSync(`../${path}`, 'utf8')
  const strings = /^_?[A-Z][A-Z0-9_]+ = (?:\(\s*)?((?:"[^"\n]+"\s*)+)\)?$/gm
  const joined = [...source.matchAll(strings)].map((match) => [...(match[1] as string).matchAll(/"([^"\n]+)"/g)].map((each) => each[1]).join(''))
  return joined.filter((text) => /^[A-Z{].*\.$/.test(text))
}

const filled = (sentence: string) =>
  sentence.replace('{verb} still', 'is still').replace('{verb}', 'has').replace('{open}', '4').replace('{all}', '6').replace(/{\w+}/g, 'T1WI')

const REMEDY = 'Take the bundle again from where it was made; a bundle is never edited.'

/** A Python string without its quotes; an f-string's places filled as the server might. */
function filledIn(literal: string): string {
  return literal
    .replace(/{'[^']*' if [^}]* else '([^']*)'}/g, '$1')
    .replace(/{found}; a heatmap/, 'no frame of reference; a heatmap')
    .replace(/{repeats}/, 'repeats series 3')
    .replace(/Dixon {part}/, 'Dixon fat')
    .replace(/{volume\.plane}/, 'sagittal')
    .replace(/{listed}/, '256 x 256, 320 x 320')
    .replace(/{REMEDY}/, REMEDY)
    .replace(/{DESCRIPTION}/, 'bundle.json')
    .replace(/{WEIGHTS}/, 'weights.safetensors')
    .replace(/{[^}]*}/g, '12')
}

/** The string literals (joined as Python joins them) after each `opening`, which is a regular expression. */
function literals(path: string, opening: string): string[] {
  const source = readFileSync(`../${path}`, 'utf8')
  const strings = new RegExp(`${opening}\\s*((?:f?"(?:[^"\\\\\n]|\\\\.)*"\\s*)+)`, 'g')
  return [...source.matchAll(strings)].map((match) =>
    filledIn([...(match[1] as string).matchAll(/"((?:[^"\\\n]|\\.)*)"/g)].map((each) => each[1]).join('')),
  )
}

const SOURCES = ['radapp/triage/outcome.py', 'radapp/triage/services.py', 'radapp/triage/runs.py', 'radapp/triage/explanations.py', 'radapp/archive/arrivals.py', 'radapp/console/examinations.py', 'worker/assessment.py', 'ml/volume.py', 'ml/nasopharynx.py']
const NOT_SHOWN = /^(No advice|Below both|Recurrence suspected|Undetermined)/ // said by the tier's own words

describe("the server's sentences", () => {
  it.each([...SOURCES, 'radapp/triage/advice.py'])('of %s are known in Chinese', (path) => {
    const sentences = constants(path).filter((sentence) => !NOT_SHOWN.test(sentence))
    expect(sentences.length).toBeGreaterThan(0)
    for (const sentence of sentences) expect(say(filled(sentence), zh), sentence).toMatch(/[\u4e00-\u9fff]/)
  })

  it('say why a series counted as complete', () => {
    const reasons = [...readFileSync('../radapp/archive/completeness.py', 'utf8').matchAll(/^ {4}Why\.\w+: "([^"]+)",$/gm)].map((match) => match[1] as string)
    expect(reasons).toHaveLength(6)
    for (const reason of reasons) {
      const said = say(`A slice came 3 s after it counted as complete, because ${reason}.`, zh)
      expect(said).toContain('3 秒后')
      expect(said).not.toMatch(/[a-z]{3}/)
    }
  })

  it('keep what the server put into them', () => {
    expect(say('Scope questions are unanswered (4 of 6).', zh)).toBe('适用范围问题尚未回答（6 个中的 4 个）。')
    expect(say('Out of scope: new symptoms, rising EBV-DNA.', zh)).toBe('不在适用范围：有新症状、EBV-DNA 升高。')
    expect(say('T1WI and T2WI did not arrive within 24 hours of the last image.', zh)).toContain('24 小时')
    expect(say('T2WI: Choose another series for this role.', zh)).toBe('T2WI：请为此角色选择另一序列。')
    expect(say('The networks are reading. Waits for a worker.', zh)).toBe('网络正在读取。等待计算节点。')
  })

  it('stay as they came where they are not known', () => {
    expect(say('Nobody foresaw this.', zh)).toBe('Nobody foresaw this.')
  })

  it.each([
    ['ml/volume.py', 17],
    ['ml/nasopharynx.py', 3],
    ['ml/preprocessing.py', 4],
  ])('by which %s refuses a series are all known', (path, least) => {
    const sentences = literals(path, 'raise VolumeRefused\\(')
    expect(sentences.length).toBeGreaterThanOrEqual(least)
    for (const sentence of sentences) {
      expect(say(sentence, zh), sentence).toMatch(/[\u4e00-\u9fff]/)
      expect(say(`T1WIC was left out: ${sentence} Choose another series for this role.`, zh), sentence).not.toMatch(/[a-z]{4}/)
    }
  })

  it('that a worker remarks of its networks are known', () => {
    const remarks = literals('ml/prediction.py', '_remark\\(').map((remark) => remark.replace('12: 12', '12: half precision is off: scores were not finite on probe inputs, 0.001 is allowed'))
    expect(remarks.length).toBe(3)
    for (const remark of [...remarks, 'a: half precision is off: scores were 2.0e-02 apart on probe inputs, 0.001 is allowed']) expect(say(remark, zh), remark).toMatch(/[\u4e00-\u9fff]/)
  })

  it.each([
    ['ml/volume.py', 'notes\\.append\\('],
    ['ml/preprocessing.py', '(?:notes = |return )\\('],
  ])('by which %s notes what it had to do are all known', (path, opening) => {
    const notes = literals(path, opening)
    expect(notes.length).toBeGreaterThan(0)
    for (const note of notes) expect(say(`T1WI: ${note}.`, zh), note).toMatch(/[\u4e00-\u9fff]/)
  })
})

/** Every sentence that guard and quality gates can say: tests/ml/test_sentences.py holds the list to the Python that says them. */
const GUARDS = JSON.parse(readFileSync('src/shared/guardSentences.fixture.json', 'utf8')) as string[]
/** Names and units that Chinese writes in the same letters. */
const SAME_LETTERS = /T1WIC?|T2WI|Siemens|Philips|United Imaging|Canon|\b(?:TR|TE|TI|T1|T2|GE|2D|3D|mm|ms|T)\b|(?<=\d)e(?=[+-]\d)/g

describe('what guard and quality gates say', () => {
  it('is all known in Chinese', () => {
    expect(GUARDS.length).toBeGreaterThan(100)
    for (const sentence of GUARDS) expect(say(sentence, zh).replace(SAME_LETTERS, ''), sentence).not.toMatch(/[a-z]|T[12] or/i)
  })

  it('is known with the role before it, one after another and as a refusal', () => {
    const all = GUARDS.map((sentence) => `T2WI: ${sentence}`).join(' ')
    expect(say(all, zh)).toBe(GUARDS.map((sentence) => `T2WI：${say(sentence, zh)}`).join(''))
    expect(say(`T1WIC was left out: ${GUARDS.find((each) => each.startsWith('Images within'))}`, zh)).not.toMatch(/[a-z]{3}/)
  })

  it('reads as a radiologist would write it', () => {
    expect(say('T1WI: The image looks like T1WIC and not like the sequence its network was trained on.', zh)).toBe('T1WI：图像更像 T1WIC，而不像其网络训练所用的序列。')
    expect(
      say('The image is unlike those that the network was trained on: the share of air and bone is 26.1 % (training 3.99 to 10.2 %); brightness at the lower edge, in the middle, at the sides is 0.104 (training 0.513 to 0.741).', zh),
    ).toBe('图像与网络训练所用的图像不同：空气与骨皮质所占比例为 26.1 %（训练集：3.99 至 10.2 %）；下缘、前后居中处、两侧的亮度为 0.104（训练集：0.513 至 0.741）。')
    expect(say('It was acquired unlike the training set: sequence gradient echo (training spin echo); TI 900 ms (training none); acquired after a contrast agent (training before a contrast agent).', zh)).toBe(
      '采集方式与训练集不同：序列类型为梯度回波（训练集：自旋回波）；TI 900 ms（训练集：无）；采集于注射对比剂后（训练集：注射对比剂前）。',
    )
    expect(say('T2WI: manufacturer Canon (training GE or Siemens).', zh)).toBe('T2WI：设备厂商为 Canon（训练集：GE 或 Siemens）。')
  })
})

describe("a bundle's refusals", () => {
  it.each([
    ['ml/bundle.py', 7],
    ['ml/prediction.py', 2],
    ['worker/devices.py', 1],
  ])('of %s are known in Chinese, the error in them as it came', (path, least) => {
    const sentences = literals(path, 'raise BundleRefused\\(').filter((sentence) => !sentence.includes('never written over'))
    expect(sentences.length).toBeGreaterThanOrEqual(least)
    for (const sentence of sentences) expect(say(sentence, zh), sentence).not.toMatch(/\b(?:is|has|holds|the)\b/)
  })
})

/** Every wording of a role's evidence that stands as one literal in ml/series. */
const EVIDENCE: [string, string, number][] = [
  ['ml/series/weighting.py', 'Weighting\\(\\s*"",', 18],
  ['ml/series/weighting.py', 'recipe=', 7],
  ['ml/series/exclusion.py', '(?:return|else) ', 9],
  ['ml/series/exclusion.py', '\\),\n?\\s*', 10],
  ['ml/series/exclusion.py', '"[A-Z0-9_]+": ', 9],
  ['ml/series/words.py', 'Meaning\\(', 10],
  ['ml/series/contrast.py', 'Contrast\\(\\s*(?:True|False|said),', 4],
  ['ml/series/contrast.py', '(?:by|agent|repeats) = (?:"[^"]*" if [^"]*? else )?', 3],
]
/** Words of the code alone, and wordings made of nothing but what other literals say. */
const NOT_EVIDENCE = /^(12|12, 12|12 \((ImageType|AcquisitionContrast) 12\)|water|fat|in-phase|out-of-phase|several|)$/

describe("a series' evidence", () => {
  it.each(EVIDENCE)('of %s (%s) is known in Chinese', (path, opening, least) => {
    const wordings = literals(path, opening).filter((wording) => !NOT_EVIDENCE.test(wording))
    expect(wordings.length).toBeGreaterThanOrEqual(least)
    for (const wording of wordings) expect(sayEvidence(wording, zh), wording).toMatch(/[\u4e00-\u9fff]/)
  })

  it('is said part by part', () => {
    expect(sayEvidence('TR 520 ms, TE 11 ms, no contrast agent, axial 2D, not fat saturated', zh)).toBe(
      'TR 520 ms，TE 11 ms，无对比剂，轴位 2D，非脂肪抑制',
    )
    expect(sayEvidence('TR 2300 ms, TE 3 ms, no contrast agent, sagittal 3D (stands in, resampled to axial), fat saturation not recorded', zh)).toBe(
      'TR 2300 ms，TE 3 ms，无对比剂，矢状位 3D（代用，已重采样为轴位），未记录脂肪抑制',
    )
    expect(sayEvidence('perfusion map or series (ImageType PERFUSION)', zh)).toBe('灌注图或灌注序列（ImageType PERFUSION）')
    expect(sayEvidence('contrast agent Gadovist in every series, but only later ones are described as enhanced', zh)).toBe(
      '每个序列均有对比剂 Gadovist，但只有较晚的序列描述为增强',
    )
    expect(sayEvidence('T1 weighted (TR 520 ms, TE 11 ms), but coronal 2D: only axial slices or a 3D volume can be an input', zh)).toBe(
      'T1 加权（TR 520 ms，TE 11 ms），但为冠状位 2D：只有轴位层面或 3D 容积可作输入',
    )
  })

  it('keeps a part that is not known', () => {
    expect(sayEvidence('TR 520 ms, something new, fat saturated', zh)).toBe('TR 520 ms，something new，脂肪抑制')
  })
})
