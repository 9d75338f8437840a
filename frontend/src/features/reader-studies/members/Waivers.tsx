import { useTranslation } from 'react-i18next'

import { localTime } from '@/shared/ages'

import { useWaivers } from '../api/members'
import styles from '../setup/Setup.module.css'
import type { AtDesk } from '../study/StudyPage'

/** The exceptions that were made, as they will stand in the report. */
export function Waivers({ study }: { study: AtDesk }) {
  const { t, i18n } = useTranslation()
  const waivers = useWaivers(study.key)
  if (!waivers.data || waivers.data.length === 0) return null
  return (
    <section className={styles.section}>
      <h2>{t('studyPeople.waivers')}</h2>
      <ul>
        {waivers.data.map((one) => (
          <li key={`${one.given_at} ${one.username ?? ''} ${one.case ?? ''}`}>
            {[one.username, one.number !== null && t('studyPeople.caseNumber', { number: one.number }), t(`studyPeople.ground.${one.ground}`)].filter(Boolean).join(' · ')}: {one.reason}{' '}
            <span className={styles.muted}>
              ({one.given_by}, {localTime(one.given_at, i18n.language)})
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
