import { useTranslation } from 'react-i18next'

import { type BlindedBoard, goToPoint } from '@/features/blinded-images/useBlindedImages'
import { nearestSlice } from '@/features/viewer/imaging/paneGeometry'
import { Button } from '@/shared/ui/Button'

import { isPoint } from './form'
import styles from './PointAnswer.module.css'

type Props = { images: BlindedBoard; value: unknown; onRemove: () => void }

/** Where the point is: in which series, on which slice, and the way there. */
export function PointAnswer({ images, value, onRemove }: Props) {
  const { t } = useTranslation()
  if (!isPoint(value)) {
    return (
      <p className={styles.hint} tabIndex={0} data-first data-testid="point-hint">
        {t('reading.pointHint')} <kbd className={styles.kbd}>x</kbd>
      </p>
    )
  }
  const { sequence, point } = value
  const item = images.hanging.items.find((each) => each.sequence === sequence)
  const slice = item?.status === 'ready' ? nearestSlice(item.hung.axial, point) + 1 : undefined
  return (
    <div className={styles.point} data-testid="point-set">
      <span>{slice === undefined ? t('reading.pointIn', { sequence }) : t('reading.pointOn', { sequence, slice })}</span>
      <Button data-first onClick={() => goToPoint(images, { point, role: sequence })}>
        {t('reading.pointGo')}
      </Button>
      <Button look="quiet" onClick={onRemove}>
        {t('reading.pointRemove')}
      </Button>
    </div>
  )
}
