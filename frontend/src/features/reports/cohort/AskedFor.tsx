import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import type { Definition } from '../api/cohorts'
import { NEW_COHORT, sourceOf, sourcePath } from '../api/reports'
import type { Source } from '../api/types'
import styles from './Cohort.module.css'
import desk from '../desk/Desk.module.css'
import { asked } from './definition'
import { useWord } from './useWord'

/** What a cohort asks for, and the way to another like it. */
export function AskedFor({ source, definition }: { source: Source; definition: Definition }) {
  const { t } = useTranslation()
  const word = useWord()
  const said = asked(definition, word)
  return (
    <p className={desk.muted} data-testid="cohort-asked">
      {said.length > 0 ? said.join(' · ') : t('cohort.asked.everything')} · <Link className={styles.link} to={`${sourcePath(NEW_COHORT)}?like=${encodeURIComponent(sourceOf(source))}`}>{t('cohort.like')}</Link>
    </p>
  )
}
