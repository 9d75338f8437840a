import { useEffect, useEffectEvent } from 'react'
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
  const marker = item.marker as Vec3 | null
  const lesions = item.reference.marks.map(({ point, radius }) => ({ point: point as Vec3, radius }))
  const spot = marker ?? lesions[0]?.point
  const images = useBlindedImages(shown, { onFirstImage: () => go(spot) })
  const go = (point: Vec3 | undefined) => point && goToPoint(images, { point, role: '' })
  useColumns(images.overlay && item.revealed !== null, () => images.dispatch({ type: 'columns' }))
  useViewerKeys({ s: () => go(marker ?? undefined), d: () => go(lesions[0]?.point) }, true)
  const markers: Marker[] = [
    ...lesions.map((lesion, place) => ({ key: `lesion-${place}`, ...lesion, label: t('coding.images.lesion') })),
    ...(marker ? [{ key: 'marker', point: marker, label: t('coding.images.marker') }] : []),
  ]
  return (
    <>
      <ImageTools images={images} upright />
      <BlindedImages images={images} markers={markers} />
      <ul className={styles.legend}>
        <li>{marker ? <SpotButton letter="s" words={t('coding.images.toMarker')} onGo={() => go(marker)} /> : t('coding.images.noMarker')}</li>
        {lesions.length > 0 && (
          <li>
            <SpotButton letter="d" words={t('coding.images.toLesion')} onGo={() => go(lesions[0]?.point)} />
          </li>
        )}
      </ul>
    </>
  )
}

function SpotButton({ letter, words, onGo }: { letter: string; words: string; onGo: () => void }) {
  return (
    <button type="button" className={styles.spot} onClick={onGo}>
      {words} <kbd>{letter}</kbd>
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
