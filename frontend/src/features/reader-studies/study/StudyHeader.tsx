import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import { StateMark } from '../ui/StateMark'
import type { AtDesk } from './StudyPage'
import styles from './StudyPage.module.css'

/** The thin bar above a study: the way back, what it is called, where it stands, its views. */
export function StudyHeader({ study, children }: { study: AtDesk; children?: ReactNode }) {
  const { t } = useTranslation()
  return (
    <header className={styles.header}>
      <Link to="/studies/" className={styles.back}>
        ‹ {t('studies.back')}
      </Link>
      <h1 title={study.title}>{study.title}</h1>
      <StateMark state={study.state} />
      <div className={styles.views}>{children}</div>
    </header>
  )
}
