/** The paper's protocol as the server presets it, for tests: one complete arm, both questions that make the figures. */
import type { Protocol, Question } from './types'

const question = (key: string, more: Partial<Question>): Question => ({ key, kind: 'text', label: { en: key, zh: key }, help: {}, meaning: '', required: true, when: null, options: [], anchors: [], ...more })

export function paperProtocol(change: Partial<Protocol> = {}): Protocol {
  return {
    aim: {
      hypothesis: 'The unenhanced networks do no worse than a radiologist.',
      primary: 'sensitivity',
      analyses: [{ key: 'sensitivity', endpoint: 'sensitivity', hypothesis: 'superiority', first: 'network:T1_T2', second: 'reader:all', margin: null }],
      alpha: 0.05,
      correction: 'bonferroni',
    },
    told: { prevalence: 'About half of the patients.', clinical_facts: '', instructions: '' },
    targets: { positive: 0, negative: 0 },
    design: { kind: 'single', arms: [{ key: 'complete', name: { en: 'Complete examination' }, images: 'complete', ai: false, prior: false }], washout_days: 28, groups: 1, lock: 'reading', lroc: false },
    order: { block_sizes: [4, 6, 8], repeats: 0 },
    form: [
      question('recurrence', { kind: 'yes_no', meaning: 'recurrence' }),
      question('likelihood', { kind: 'scale', meaning: 'likelihood' }),
      question('remark', { meaning: 'remark', required: false, when: { question: 'recurrence', equals: [true] } }),
    ],
    blinding: { dates: 'removed' },
    coding: { hit_radius_mm: 15, precedence: [], categories: [], adjudicate: 'primary' },
    rules: { withdrawn_case: 'exclude_readings', replaced_reader: 'drop_readings' },
    ...change,
  }
}
