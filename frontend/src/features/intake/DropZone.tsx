import { type DragEvent, type ReactNode, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { fromDrop } from './collect'
import styles from './DropZone.module.css'
import { useIntake } from './IntakeProvider'
import { isBusy } from './state'

/** Makes everything inside it a place to drop files and folders on. */
export function DropZone({ children }: { children: ReactNode }) {
  const { t } = useTranslation()
  const intake = useIntake()
  const [over, setOver] = useState(false)
  // dragenter and dragleave also fire for every child; only their balance says whether the pointer is still inside.
  const depth = useRef(0)
  const carriesFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files')
  const enter = (step: 1 | -1) => (event: DragEvent) => {
    if (!carriesFiles(event)) return
    depth.current = Math.max(0, depth.current + step)
    setOver(depth.current > 0)
  }
  const drop = (event: DragEvent) => {
    if (!carriesFiles(event)) return
    event.preventDefault()
    depth.current = 0
    setOver(false)
    intake.take(fromDrop(event.dataTransfer))
  }
  return (
    <div
      className={styles.zone}
      data-testid="drop-zone"
      onDragEnter={enter(1)}
      onDragLeave={enter(-1)}
      onDragOver={(event) => carriesFiles(event) && event.preventDefault()}
      onDrop={drop}
    >
      {children}
      {over && (
        <div className={styles.veil}>
          <p className={styles.words}>{t(isBusy(intake.state) ? 'intake.dropBusy' : 'intake.drop')}</p>
        </div>
      )}
    </div>
  )
}
