import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { Dropdown } from '@/shared/ui/Dropdown'

import { useLanguage } from '../api/language'
import { figureAddress } from '../api/reports'
import type { FigureBlock } from '../api/types'
import { FileLink } from '../files/FileLink'
import { figureFiles } from '../files/grouping'
import { LeavingNote } from '../files/LeavingNote'
import { useSheet } from './context'
import styles from './Sheet.module.css'

/** A figure in the page's language, with its files in both at its side. */
export function Figure({ figure, number }: { figure: FigureBlock; number: number }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { report } = useSheet()
  const [missing, setMissing] = useState(false)
  const address = figureAddress(report.key, figure.name, language)
  const files = figureFiles(report, figure.name)
  return (
    <figure className={styles.figure} data-testid="report-figure" data-name={figure.name}>
      {missing ? (
        <p className={styles.muted}>{t('reports.sheet.noFigure')}</p>
      ) : (
        <a href={address} target="_blank" rel="noreferrer" className={styles.larger} title={t('reports.sheet.larger')}>
          <img src={address} alt={figure.alt} onError={() => setMissing(true)} />
        </a>
      )}
      <figcaption>
        <strong>{t('reports.sheet.figure', { number })}</strong> {figure.caption}
      </figcaption>
      {files.length > 0 && (
        <div className={styles.figureTools}>
          <Dropdown label={t('reports.files.figure')} name={t('reports.files.ofFigure', { number })} align="right" testId="figure-files">
            <LeavingNote />
            <ul className={styles.files}>
              {files.map((file) => (
                <li key={file.name}>
                  <FileLink report={report.key} file={file} words={t('reports.files.picture', file)} />
                </li>
              ))}
            </ul>
          </Dropdown>
        </div>
      )}
    </figure>
  )
}
