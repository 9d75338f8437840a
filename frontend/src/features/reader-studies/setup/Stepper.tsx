import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import { useDraft } from '../draft/context'
import { todos } from '../protocol/completeness'
import { STEPS, type Step } from '../protocol/problems'
import type { AtDesk } from '../study/StudyPage'
import styles from './Setup.module.css'

/** The steps, in any order; each says what it still lacks. */
export function Stepper({ study, step }: { study: AtDesk; step: Step }) {
  const { t } = useTranslation()
  const { protocol } = useDraft()
  const todo = todos({ ...study.desk, protocol, state: study.state })
  return (
    <nav className={styles.steps} aria-label={t('studySetup.steps')}>
      <ol>
        {STEPS.map((one, index) => {
          const open = todo[one]
          return (
            <li key={one}>
              <Link to={`?step=${one}`} aria-current={one === step ? 'step' : undefined} data-done={open.length === 0} data-testid={`go-${one}`}>
                <span className={styles.number} aria-hidden="true">
                  {index + 1}
                </span>
                <span className={styles.stepName}>{t(`studySetup.step.${one}`)}</span>
                <span className={styles.todo}>{open[0] ? t(`studySetup.todo.${open[0].what}`, open[0].values) : t('studySetup.done')}</span>
              </Link>
            </li>
          )
        })}
      </ol>
    </nav>
  )
}
