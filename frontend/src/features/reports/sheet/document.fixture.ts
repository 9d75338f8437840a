import type { Analysis, Cell, Document, Report } from '../api/types'

const cell = (text: string, facts: Partial<Cell> = {}): Cell => ({ text, below: null, marks: [], reason: null, behind: null, value: null, ...facts })

/** A page with everything that a page may have. */
export const DOCUMENT: Document = {
  title: 'Diagnostic performance',
  subtitle: 'Two readers, complete examinations',
  labels: ['PRELIMINARY: the study is not locked'],
  sections: [
    {
      name: 'internal',
      title: 'Cohort internal',
      blocks: [
        { kind: 'paragraph', text: 'The cutoffs were set beforehand.', warning: false },
        {
          kind: 'table',
          name: 'internal-performance',
          caption: 'Sensitivity, specificity and PPV, %',
          columns: [
            { head: 'Judge', align: 'left', group: null },
            { head: 'Sensitivity', align: 'decimal', group: 'All cases' },
            { head: 'PPV', align: 'decimal', group: 'All cases' },
            { head: 'Cases', align: 'decimal', group: null },
          ],
          rows: [
            { heading: true, cells: [cell('Networks')] },
            {
              heading: false,
              cells: [
                cell('T1WI'),
                cell('84.26 (166/197)', { below: '78.53–88.69', marks: ['pre_specified', 'small'], value: 0.8426 }),
                cell('80.1', { below: '75.0–85.0', value: 0.801 }),
                cell('197', { value: 197, behind: { cohort: 'internal', truth: 'yes' } }),
              ],
            },
            { heading: false, cells: [cell('T2WI'), cell('–', { reason: 'nobody has recurrence' }), cell('7', { below: '1–9', value: 0.07 }), cell('0', { value: 0 })] },
          ],
          notes: ['Intervals: Wilson.'],
        },
        { kind: 'figure', name: 'internal-figure', caption: 'Cases by tier.', alt: 'Bars of cases by tier' },
      ],
    },
  ],
  methods: ['Sensitivity and specificity with intervals by Wilson [1].'],
  references: ['Wilson EB. J Am Stat Assoc 1927;22:209-212.'],
  provenance: { rows: [['Inputs (SHA-256)', 'a'.repeat(64)]] },
}

const file = (name: string, format: string) => ({ name, format, sha256: 'b'.repeat(64), size: 1234, media_type: 'text/plain' })

export const REPORT: Report = {
  key: 'KEY',
  source: 'study:STUDY',
  source_title: 'Two readers, complete examinations',
  analysis: 'performance',
  version: 3,
  options: { prevalence: 0.03, correction: null },
  state: 'done',
  progress: 1,
  step: '',
  error: '',
  inputs_sha256: 'a'.repeat(64),
  labels: [],
  preliminary: false,
  watermark: false,
  made_at: '2026-11-27T10:00:00Z',
  made_by: 'Ada',
  files: [
    file('performance.json', 'json'),
    file('performance.schema.json', 'json'),
    file('performance-figures.csv', 'csv'),
    file('performance-readings.csv', 'data'),
    file('performance-internal.imrmc', 'data'),
    file('performance.pdf', 'pdf'),
    file('performance.xlsx', 'xlsx'),
    file('performance-internal-figure.zh.svg', 'figures'),
    file('performance-internal-figure.en.svg', 'figures'),
    file('performance-internal-figure.en.png', 'figures'),
    file('performance-other-internal-figure.en.svg', 'figures'),
  ],
}

export const ANALYSIS: Analysis = {
  name: 'performance',
  version: 3,
  title: { en: 'Diagnostic performance', zh: '诊断效能' },
  reads: 'study',
  readers: false,
  options: [{ name: 'prevalence', kind: 'share', choices: [], default: 0.03, help: { en: 'At which PPV is told.', zh: '' } }],
}
