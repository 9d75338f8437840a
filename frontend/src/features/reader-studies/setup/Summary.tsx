import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import { useTimetable } from '../api/studies'
import { useDraft } from '../draft/context'
import { inLanguage } from '../form/rules'
import { todos } from '../protocol/completeness'
import { STEPS } from '../protocol/problems'
import type { AtDesk } from '../study/StudyPage'
import { layout } from '../timetable/layout'
import { SaveState } from './SaveState'
import styles from './Setup.module.css'
import { TruthBars } from './TruthBars'
import { useAnalysisWords } from './useAnalysisWords'

/** The study in a column, as it stands now: what it asks, of what, by whom, how; and what is missing. */
export function Summary({ study }: { study: AtDesk }) {
  const { t, i18n } = useTranslation()
  const { protocol } = useDraft()
  const { counts, revision } = study.desk
  const sentence = useAnalysisWords(protocol.design)
  const primary = protocol.aim.analyses.find((one) => one.key === protocol.aim.primary)
  const { arms, kind } = protocol.design
  const timetable = useTimetable(study.key, revision).data
  const readings = timetable && !timetable.problem ? layout(timetable.readers, 1).readings : null
  const todo = todos({ ...study.desk, protocol, state: study.state })
  return (
    <aside className={styles.summary} aria-label={t('studySetup.summary.title')} data-testid="setup-summary">
      <SaveState studyKey={study.key} />
      <dl>
        <Fact name={t('studySetup.step.aim')}>
          {protocol.aim.hypothesis.trim() && <p className={styles.clamped}>{protocol.aim.hypothesis}</p>}
          {primary && <p className={styles.muted}>{t('studySetup.summary.primary', { analysis: sentence(primary) })}</p>}
        </Fact>
        <Fact name={t('studySetup.step.cases')}>
          <TruthBars counts={counts} targets={protocol.targets} />
        </Fact>
        <Fact name={t('studySetup.step.members')}>
          <p>{t('studySetup.summary.readers', { count: counts.readers })}</p>
        </Fact>
        <Fact name={t('studySetup.step.design')}>
          <p>{t(`studySetup.kind.${kind}`)}</p>
          <ul className={styles.muted}>
            {arms.map((arm) => (
              <li key={arm.key}>{inLanguage(arm.name, i18n.language)}</li>
            ))}
          </ul>
          {readings !== null && readings > 0 && <p>{t('studySetup.summary.readings', { count: readings })}</p>}
        </Fact>
        <Fact name={t('studySetup.step.form')}>
          <p>{t('studySetup.summary.questions', { count: protocol.form.length })}</p>
        </Fact>
      </dl>
      <h2>{t('studySetup.summary.missing')}</h2>
      <ul className={styles.missing} data-testid="setup-todo">
        {STEPS.flatMap((step) =>
          todo[step].map(({ what, values }) => (
            <li key={`${step} ${what}`}>
              <Link to={`?step=${step}`}>{t(`studySetup.todo.${what}`, values)}</Link>
            </li>
          )),
        )}
      </ul>
    </aside>
  )
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
