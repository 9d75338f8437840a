import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import { Card } from '@/shared/ui/Card'

import { at } from '../api/studies'
import type { AtDesk } from '../study/StudyPage'
import styles from './Running.module.css'

/** What can be seen in this state, and what comes next. */
export function NextSteps({ study }: { study: AtDesk }) {
  const { t } = useTranslation()
  const { key, state } = study
  return (
    <Card title={t('studyRun.next')} data-testid="next-steps">
      <p>{t(`studyRun.nextOf.${state}`)}</p>
      <ul className={styles.next}>
        <li>
          <Link to="?view=reference">{t('studyRun.view.reference')}</Link>
        </li>
        {state === 'unblinded' && (
          <li>
            <Link to="?view=coding">{t('studyRun.view.coding')}</Link>
          </li>
        )}
        {state === 'unblinded' && (
          <li>
            <a href={at(key, 'archive/')} download>
              {t('studyRun.archive')}
            </a>
          </li>
        )}
        <li>
          <Link to="?view=certificate">{t('studyBlinding.print')}</Link>
        </li>
      </ul>
    </Card>
  )
}
