import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import type { Neighbours, StudyDetail } from '@/api/types'
import { shortDate } from '@/shared/ages'
import { personName, shortAge } from '@/shared/patient'

import type { ViewerResult } from '../api/queries'

import { TierStatement } from './TierStatement'
import styles from './TopBar.module.css'

type Props = {
  study: Pick<StudyDetail, 'patient' | 'study_date' | 'description' | 'synthetic'> | undefined
  result: ViewerResult | undefined
  neighbours: Neighbours | undefined
  search: string
  onGo: (uid: string | null | undefined) => void
}

/** The one bar: way back, patient and exam (nowhere else), the tier's sentence, the synthetic band, neighbours. */
export function TopBar({ study, result, neighbours, search, onGo }: Props) {
  const { t, i18n } = useTranslation()
  const synthetic = study?.synthetic ?? false
  const name = study && (personName(study.patient.name) || t('viewer.patientMissing'))
  // What a long number may not push out of sight comes first.
  const facts = study
    ? [
        [shortAge(study.patient.age), study.patient.sex].filter(Boolean).join(' '),
        study.study_date && shortDate(study.study_date, i18n.language, new Date()),
        study.patient.id,
        study.description,
      ].filter(Boolean)
    : []
  return (
    <header className={styles.bar}>
      <Link to={{ pathname: '/worklist/', search }} className={styles.back} aria-label={t('viewer.back')}>
        ‹ {t('viewer.worklist')}
      </Link>
      {!study && <h1 className="visually-hidden">{t('viewer.title')}</h1>}
      {study && (
        <h1 className={styles.patient} title={[name, ...facts].join('\n')}>
          <span className={styles.name}>{name}</span>
          <span className={styles.facts}>{facts.join(' · ')}</span>
        </h1>
      )}
      {result && <TierStatement result={result} />}
      {(synthetic || result?.synthetic) && (
        <p className={styles.band} role="note" data-testid="synthetic-band">
          {t(synthetic ? 'viewer.synthetic' : 'viewer.demonstration')}
        </p>
      )}
      <nav className={styles.neighbours}>
        <button type="button" className={styles.go} disabled={!neighbours?.previous} onClick={() => onGo(neighbours?.previous)} aria-label={t('viewer.previous')} title={`${t('viewer.previous')} (p)`}>
          ‹
        </button>
        {neighbours !== undefined && neighbours.position > 0 && (
          <span className={styles.position}>
            {neighbours.position.toLocaleString(i18n.language)}/{neighbours.count.toLocaleString(i18n.language)}
          </span>
        )}
        <button type="button" className={styles.go} disabled={!neighbours?.next} onClick={() => onGo(neighbours?.next)} aria-label={t('viewer.next')} title={`${t('viewer.next')} (n)`}>
          ›
        </button>
      </nav>
    </header>
  )
}
