import { type ReactNode, useEffect, useEffectEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { BlindedImages } from '@/features/blinded-images/BlindedImages'
import { ImageTools } from '@/features/blinded-images/ImageTools'
import type { Marker } from '@/features/blinded-images/PaneOverlay'
import { goToPoint, useBlindedImages } from '@/features/blinded-images/useBlindedImages'
import { useViewerKeys } from '@/features/viewer/useViewerKeys'

import type { Item } from './api'
import styles from './CodingPage.module.css'

type Vec3 = [number, number, number]
type Props = { item: Item; images: NonNullable<Item['images']> }

/**
 * The case's images with the neutral marker and the reference lesion. They open on the marker's slice, or the lesion's; once all
 * may be shown, as original | heatmap | fused. Give it another `key` when that happens.
 */
export function ItemImages({ item, images: shown }: Props) {
  const { t } = useTranslation()
  const [drawn, setDrawn] = useState(true)
  const marker = item.marker as Vec3 | null
  const lesions = item.reference.marks.map(({ point, radius }) => ({ point: point as Vec3, radius }))
  const spot = marker ?? lesions[0]?.point
  const images = useBlindedImages(shown, { onFirstImage: () => go(spot) })
  const go = (point: Vec3 | undefined) => point && goToPoint(images, { point, role: '' })
  useColumns(images.overlay && item.revealed !== null, () => images.dispatch({ type: 'columns' }))
  useViewerKeys({ s: () => go(marker ?? undefined), d: () => go(lesions[0]?.point), v: () => setDrawn((before) => !before) }, true)
  const markers: Marker[] = [
    ...lesions.map((lesion, place) => ({ key: `lesion-${place}`, ...lesion })),
    ...(marker ? [{ key: 'marker', point: marker }] : []),
  ]
  return (
    <>
      <ImageTools images={images} upright />
      <BlindedImages images={images} markers={drawn ? markers : NONE} />
      <div className={styles.legend}>
        {marker ? <Spot sign="marker" letter="s" onPress={() => go(marker)}>{t('coding.images.marker')}</Spot> : t('coding.images.noMarker')}
        {lesions.length > 0 && <Spot sign="lesion" letter="d" onPress={() => go(lesions[0]?.point)}>{t('coding.images.lesion')}</Spot>}
        {markers.length > 0 && <Spot letter="v" pressed={!drawn} onPress={() => setDrawn(!drawn)}>{t('coding.images.hide')}</Spot>}
      </div>
    </>
  )
}

const NONE: readonly Marker[] = []

type SpotProps = { sign?: 'marker' | 'lesion'; letter: string; pressed?: boolean; onPress: () => void; children: ReactNode }

/** One line of the legend, which is a button, too: a marker's goes to its slice. */
function Spot({ sign, letter, pressed, onPress, children }: SpotProps) {
  return (
    <button type="button" className={styles.spot} aria-pressed={pressed} onClick={onPress}>
      {sign && (
        <svg width="14" height="14" aria-hidden="true" className={styles.sign}>
          <circle cx="7" cy="7" r="5.5" strokeDasharray={sign === 'lesion' ? '3 2.5' : undefined} />
        </svg>
      )}
      {children} <kbd>{letter}</kbd>
    </button>
  )
}

/** Once, as soon as there is a heatmap to show. */
function useColumns(ready: boolean, show: () => void): void {
  const latest = useEffectEvent(show)
  useEffect(() => {
    if (ready) latest()
  }, [ready])
}
