import { useTranslation } from 'react-i18next'

import { useLanguage } from '../api/language'
import { useDocument } from '../api/reports'
import { useSheet } from '../sheet/context'
import styles from './Exports.module.css'
import { hasSmall } from './grouping'

/** What to think of before a file leaves the house; the document is what the page shows already. */
export function LeavingNote() {
  const { t } = useTranslation()
  const { report } = useSheet()
  const found = useDocument(report.key, useLanguage())
  const small = found.data !== undefined && hasSmall(found.data)
  return (
    <div className={styles.note} role="note" data-testid="leaving-note" data-small={small}>
      {report.preliminary && <p>{t('reports.files.preliminary')}</p>}
      {small && <p>{t('reports.files.small')}</p>}
      <p>{t('reports.files.audited')}</p>
    </div>
  )
}
