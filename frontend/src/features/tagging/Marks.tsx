import { type Dispatch } from 'react'
import { useTranslation } from 'react-i18next'

import { Button } from '@/shared/ui/Button'

import type { CaseView } from './api'
import { type Change, type Draft, type Point, RADII } from './draft'
import lesion from './LesionFields.module.css'
import styles from './Marks.module.css'

type Props = { draft: Draft; view: CaseView; dispatch: Dispatch<Change> }

/** The lesion's marks: spheres in patient space, set by a click; and segmentations that came with the examination. */
export function Marks({ draft, view, dispatch }: Props) {
  const { t } = useTranslation()
  const { marks, selected } = draft
  const set = (values: Partial<Draft>) => dispatch({ type: 'set', values })
  const resized = (index: number, radius: number) => set({ marks: marks.map((one, at) => (at === index ? { ...one, radius } : one)), selected: index, radius })
  return (
    <div className={lesion.field} role="group" aria-label={t('tagging.marks')}>
      <h3 className={lesion.title}>{t('tagging.marks')}</h3>
      <p className={styles.hint}>{t('tagging.marksHint')}</p>
      <ol className={styles.marks} data-testid="marks">
        {marks.map(({ radius }, index) => (
          <li key={index} className={styles.mark}>
            <button type="button" className={lesion.option} role="radio" aria-checked={selected === index} onClick={() => set({ selected: index, radius })}>
              {t('tagging.mark', { number: index + 1 })}
            </button>
            <input type="range" min={RADII.least} max={RADII.most} value={radius} aria-label={t('tagging.radius', { number: index + 1 })} onChange={(event) => resized(index, Number(event.target.value))} />
            <span className={styles.mm}>{radius} mm</span>
            <Button look="quiet" aria-label={t('tagging.removeMark', { number: index + 1 })} onClick={() => dispatch({ type: 'unmark', index })}>
              ×
            </Button>
          </li>
        ))}
      </ol>
      {marks.length > 0 && selected !== undefined && (
        <Button onClick={() => set({ selected: undefined })}>
          {t('tagging.anotherMark')} <kbd className={lesion.kbd}>n</kbd>
        </Button>
      )}
      <Segmentations draft={draft} view={view} set={set} />
    </div>
  )
}

function Segmentations({ draft, view, set }: { draft: Draft; view: CaseView; set: (values: Partial<Draft>) => void }) {
  const { t } = useTranslation()
  if (view.segmentations.length === 0) return null
  const mark = view.segmentations.find(({ key }) => key === draft.segmentation)?.mark
  const asMark = () => mark && set({ marks: [...draft.marks, { point: mark.point as Point, radius: mark.radius }], selected: draft.marks.length })
  return (
    <label className={styles.mark}>
      {t('tagging.segmentation')}
      <select value={draft.segmentation} onChange={(event) => set({ segmentation: event.target.value })} data-testid="segmentation">
        <option value="">{t('tagging.noSegmentation')}</option>
        {view.segmentations.map(({ key }, index) => (
          <option key={key} value={key}>
            {t('tagging.segmentationOf', { number: index + 1 })}
          </option>
        ))}
      </select>
      {mark && <Button onClick={asMark}>{t('tagging.asMark')}</Button>}
    </label>
  )
}
