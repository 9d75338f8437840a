import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'

import { Button } from '@/shared/ui/Button'
import { say } from '@/shared/useSaid'

import { DicomwebError } from '../imaging/dicomweb'
import { NoGeometry } from '../imaging/geometry'
import type { PaneSnapshot } from '../imaging/paneSnapshot'
import { FramesMissing } from '../imaging/volumeDisplay'

import styles from './PaneNotice.module.css'

export type Reason = (error: Error, t: TFunction) => string

type Props = { snapshot: PaneSnapshot; hidden: boolean; onRetry: () => void; reason?: Reason | undefined }

/** Over the image: loading in its final geometry, or what failed and what to do. A missing frame is never shown as its neighbour. */
export function PaneNotice({ snapshot, hidden, onRetry, reason = reasonOf }: Props) {
  const { t } = useTranslation()
  const { status, error, frameFailed, progress } = snapshot
  if (status === 'failed' || frameFailed) {
    const sentence = frameFailed || !error ? t('viewer.failed.frame') : reason(error, t)
    return (
      <div className={styles.cover} role="alert">
        <p>{sentence}</p>
        <Button onClick={onRetry}>{t('viewer.failed.retry')}</Button>
      </div>
    )
  }
  if (hidden) {
    return (
      <div className={styles.cover}>
        <p className={styles.quiet}>{t('viewer.pane.heatmapOff')}</p>
      </div>
    )
  }
  if (status === 'ready' && !progress) return null
  return (
    <div className={status === 'ready' ? styles.corner : styles.centre} role="status">
      {status === 'loading' && <span>{t('viewer.pane.loading')}</span>}
      {progress && <span>{t('viewer.pane.frames', { done: progress.done, total: progress.total })}</span>}
    </div>
  )
}

/** The reason in a reader's words. */
export function reasonOf(error: Error, t: TFunction): string {
  if (error instanceof NoGeometry) return t(`viewer.failed.${error.code}`)
  if (error instanceof FramesMissing) return t('viewer.failed.frames', { missing: error.missing, total: error.total })
  if (error instanceof DicomwebError) {
    // A PACS behind that did not do what it should: the server tells what.
    if ((error.status === 502 || error.status === 503) && error.detail) return say(error.detail, t)
    return error.status === 0 ? t('viewer.failed.silent') : t('viewer.failed.server', { status: error.status })
  }
  return t('viewer.failed.other', { message: error.message })
}
