import { BlindedImages } from './BlindedImages'
import styles from './BlindedViewer.module.css'
import { ImageTools } from './ImageTools'
import type { Marker } from './PaneOverlay'
import type { ShownImages } from './types'
import { type BlindedImagesOptions, useBlindedImages } from './useBlindedImages'

type Props = BlindedImagesOptions & { shown: ShownImages; markers?: readonly Marker[] }

/**
 * A blinded case with its tools in a rail, filling its place. Another case is another element: give it the case's key as `key`.
 * Where the page itself wants to speak to the board, use `useBlindedImages`, `BlindedImages` and `ImageTools` by themselves.
 */
export function BlindedViewer({ shown, markers, ...options }: Props) {
  const images = useBlindedImages(shown, options)
  return (
    <div className={styles.viewer}>
      <ImageTools images={images} upright />
      <BlindedImages images={images} {...(markers ? { markers } : {})} />
    </div>
  )
}
