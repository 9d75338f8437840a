import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { Button } from '@/shared/ui/Button'
import { Dialog } from '@/shared/ui/Dialog'

import { useSheet } from '../sheet/context'
import styles from './Exports.module.css'
import { FileLink } from './FileLink'
import { grouped } from './grouping'
import { LeavingNote } from './LeavingNote'

/** The files of a report, with what to think of before they leave the house. */
export function Exports() {
  const { t } = useTranslation()
  const { report } = useSheet()
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button look="primary" onClick={() => setOpen(true)} data-testid="export">
        {t('reports.files.export')}
      </Button>
      {open && (
        <Dialog title={t('reports.files.title')} onClose={() => setOpen(false)} testId="exports">
          <LeavingNote />
          {grouped(report.files).map(([group, files]) => (
            <section key={group} className={styles.group}>
              <h3>{t(`reports.files.group.${group}`)}</h3>
              {group === 'raw' && <p className={styles.warning}>{t('reports.files.raw')}</p>}
              <ul>
                {files.map((file) => (
                  <li key={file.name}>
                    <FileLink report={report.key} file={file} />
                  </li>
                ))}
              </ul>
            </section>
          ))}
        </Dialog>
      )}
    </>
  )
}
