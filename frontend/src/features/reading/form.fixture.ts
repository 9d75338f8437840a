/** The paper's form, as the server sends it, for tests. */
import type { Question } from './form'

const YES = { question: 'recurrence', equals: [true] }
const plain = { help: {}, meaning: '', required: true, when: null, options: [], anchors: [] }
const option = (key: string) => ({ key, label: { en: key } })

export const FORM: Question[] = [
  { ...plain, key: 'recurrence', kind: 'yes_no', meaning: 'recurrence', label: { en: 'Local recurrence?', zh: '局部复发？' } },
  { ...plain, key: 'likelihood', kind: 'scale', meaning: 'likelihood', label: { en: 'Likelihood' }, anchors: [{ at: 0, label: { en: 'not' } }] },
  { ...plain, key: 'location', kind: 'point', meaning: 'location', label: { en: 'Most suspicious point' }, when: YES },
  {
    ...plain,
    key: 'site',
    kind: 'choice',
    meaning: 'site',
    label: { en: 'Site' },
    when: YES,
    options: ['wall', 'fossa', 'clivus', 'sinus', 'orbit', 'cavity', 'duct', 'palate', 'muscles', 'space', 'other'].map(option),
  },
  { ...plain, key: 'side', kind: 'choice', meaning: 'side', label: { en: 'Side' }, when: YES, options: ['left', 'right'].map(option) },
  { ...plain, key: 'decided_by', kind: 'choices', meaning: 'decided_by', label: { en: 'What decided it?' }, options: ['t1wi', 't2wi'].map(option) },
  { ...plain, key: 'quality', kind: 'choice', meaning: 'quality', label: { en: 'Image quality' }, options: ['good', 'poor'].map(option) },
  { ...plain, key: 'remark', kind: 'text', meaning: 'remark', label: { en: 'Remark' }, required: false },
]
