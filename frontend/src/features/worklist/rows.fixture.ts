/** A worklist row for tests: a plain, finished study, changed where the test says so. */
import type { Row } from '@/api/types'

export function makeRow(uid: string, change: Partial<Row> = {}): Row {
  return {
    uid,
    patient: { id: `P${uid}`, name: `Synthetic^${uid}`, sex: 'F', birth_date: null, age: 58 },
    accession_number: '',
    study_date: '2026-11-23',
    description: '',
    tier: 'positive',
    final: 'positive',
    state: 'done',
    reason: '',
    remedy: '',
    stage: '',
    percent: 0,
    score: 0.71,
    cutoffs: { first: 0.6, second: 0.3 },
    sequences: [
      { role: 'T1WI', present: true, resampled: false },
      { role: 'T2WI', present: true, resampled: false },
      { role: 'T1WIC', present: false, resampled: false },
    ],
    advice: { given: true, text: 'Recurrence suspected on unenhanced images. Enhanced examination advised.', reason: '' },
    confirmation: null,
    result_at: '2026-11-23T17:00:00Z',
    received_at: '2026-11-23T16:00:00Z',
    changed_at: '2026-11-23T17:00:00Z',
    source: 'import',
    synthetic: true,
    set_aside: 0,
    ...change,
  }
}
