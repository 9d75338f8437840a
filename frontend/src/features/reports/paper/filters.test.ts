import { expect, it } from 'vitest'

import type { PaperFigure } from '../api/types'
import { filtered } from './filters'

const figure = (id: string, section: string, verdict: PaperFigure['verdict']): PaperFigure => ({
  id,
  section: { en: section, zh: '表' },
  published: '',
  recomputed: '',
  method: { en: '', zh: '' },
  verdict,
  reason: { en: '', zh: '' },
  note: { en: '', zh: '' },
})
const FIGURES = [figure('t1.internal.T1WIC', 'Table 1', 'reproduced'), figure('t1.external.T1WI', 'Table 1', 'explained'), figure('t2.tier', 'Table 2', 'explained')]

it.each([
  [{ part: '', verdict: '', search: '' }, 3],
  [{ part: 'Table 1', verdict: '', search: '' }, 2],
  [{ part: 'Table 1', verdict: 'explained', search: '' }, 1],
  [{ part: '', verdict: 'explained', search: ' T1WI ' }, 1],
  [{ part: 'Table 2', verdict: 'reproduced', search: '' }, 0],
])('%o leaves %d', (filters, count) => expect(filtered(FIGURES, filters)).toHaveLength(count))
