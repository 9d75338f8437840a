import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'

import { BlindedImages } from '@/features/blinded-images/BlindedImages'
import { ImageTools } from '@/features/blinded-images/ImageTools'
import type { ShownImages } from '@/features/blinded-images/types'
import { useBlindedImages } from '@/features/blinded-images/useBlindedImages'

import type { Said } from './api'
import type { Draft, Point } from './draft'
import styles from './TaggingImages.module.css'

type Props = {
  shown: ShownImages
  draft: Pick<Draft, 'marks' | 'selected'>
  /** What the step before marked. */
  previous: Said['marks']
  onMark: ((point: Point) => void) | undefined
  keys: boolean
}

/** The blinded images with the lesion's marks: a cross-hair in the chosen one, every one as large as its slice cuts it. */
export function TaggingImages({ shown, draft, previous, onMark, keys }: Props) {
  const { t } = useTranslation()
  const { marks, selected } = draft
  const role = shown.series.find(({ prior }) => !prior)?.role ?? ''
  const chosen = selected === undefined ? undefined : marks[selected]
  const images = useBlindedImages(shown, {
    point: chosen && { point: chosen.point, role },
    onPoint: onMark && ((point) => onMark(point as Point)),
    keys,
  })
  const markers = useMemo(() => {
    const mine = marks.map(({ point, radius }, index) => ({ key: `mark ${index}`, point, radius, label: String(index + 1) }))
    if (mine.length > 0) return mine
    return previous.map(({ point, radius }, index) => ({ key: `before ${index}`, point: point as Point, radius, label: t('tagging.chain') }))
  }, [marks, previous, t])
  return (
    <div className={styles.images}>
      <ImageTools images={images} upright overlays={false} />
      <BlindedImages images={images} markers={markers} />
    </div>
  )
}
