import { useTranslation } from 'react-i18next'

import { useRename } from '../../api/studies'
import { useDraft } from '../../draft/context'
import { SelectField, TextField } from '../../fields/Field'
import { NumberField } from '../../fields/NumberField'
import type { StepProps } from '../Setup'
import styles from '../Setup.module.css'
import { Analyses } from './Analyses'
import { Categories, CodingFacts, LeavingRules } from './CodingRules'
import { Power } from './Power'
import { TitleField } from './TitleField'

/** The question, what will be calculated, and the rules that are fixed before anybody reads. */
export function AimStep({ study }: StepProps) {
  const { t } = useTranslation()
  const { protocol, change } = useDraft()
  const rename = useRename(study.key)
  const { aim } = protocol
  return (
    <div className={styles.beside}>
      <div>
        <section className={styles.section}>
          <h2>{t('studySetup.aim.title')}</h2>
          <p className={styles.intro}>{t('studySetup.aim.intro')}</p>
          <TitleField title={study.title} onRename={(title) => rename.mutate(title)} failure={rename.error} />
          <TextField label={t('studySetup.aim.hypothesis')} hint={t('studySetup.aim.hypothesisHint')} field="aim.hypothesis" value={aim.hypothesis} rows={3} maxLength={10_000} wide onChange={(value) => change(['aim', 'hypothesis'], value)} />
        </section>
        <section className={styles.section}>
          <h2>{t('studySetup.aim.analyses')}</h2>
          <p className={styles.intro}>{t('studySetup.aim.analysesIntro')}</p>
          <Analyses />
          <div className={styles.row}>
            <NumberField label={t('studySetup.aim.alpha')} hint={t('studySetup.aim.alphaHint')} field="aim.alpha" value={aim.alpha} least={0.001} most={0.499} whole={false} onChange={(value) => change(['aim', 'alpha'], value)} />
            <SelectField
              label={t('studySetup.aim.correction')}
              hint={t('studySetup.aim.correctionHint')}
              value={aim.correction}
              options={(['bonferroni', 'holm', 'none'] as const).map((one) => [one, t(`studySetup.correction.${one}`)])}
              onChange={(value) => change(['aim', 'correction'], value)}
            />
          </div>
        </section>
        <details className={styles.section}>
          <summary>{t('studySetup.rules.title')}</summary>
          <p className={styles.intro}>{t('studySetup.rules.intro')}</p>
          <LeavingRules />
          <CodingFacts />
          <Categories />
        </details>
      </div>
      <Power study={study} />
    </div>
  )
}
