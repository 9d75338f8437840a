import { useTranslation } from 'react-i18next'

import { ReferenceOverview } from '@/features/tagging/ReferenceOverview'
import { Found } from '@/shared/ui/Page'

import { useFlow } from '../../api/cases'
import { CaseTable } from '../../cases/CaseTable'
import { useDraft } from '../../draft/context'
import { NumberField } from '../../fields/NumberField'
import { StardFlow } from '../../flow/StardFlow'
import type { StepProps } from '../Setup'
import styles from '../Setup.module.css'
import { CaseFinder } from './CaseFinder'
import wide from './CasesStep.module.css'

/** Which cases: how many are wanted, where they come from, which are left out and why. */
export function CasesStep({ study }: StepProps) {
  const { t } = useTranslation()
  const { protocol, change, flush } = useDraft()
  const flow = useFlow(study.key)
  return (
    <div className={wide.cases}>
      <div>
        <section className={styles.section}>
          <h2>{t('studyCases.targets')}</h2>
          <p className={styles.intro}>{t('studyCases.targetsIntro')}</p>
          <div className={styles.row}>
            {(['positive', 'negative'] as const).map((truth) => (
              <NumberField key={truth} label={t(`studyCases.flow.${truth}`)} field={`targets.${truth}`} value={protocol.targets[truth]} least={0} most={100_000} onChange={(value) => change(['targets', truth], value)} />
            ))}
          </div>
        </section>
        <CaseFinder study={study} targets={protocol.targets} beforeAdding={flush} />
      </div>
      <section className={styles.section}>
        <h2>{t('studyCases.flow.title')}</h2>
        <Found found={flow}>{(found) => <StardFlow flow={found} />}</Found>
      </section>
      <section className={`${styles.section} ${wide.all}`}>
        <h2>{t('studyCases.inStudy')}</h2>
        <CaseTable study={study} drafted />
      </section>
      <div className={wide.all}>
        <ReferenceOverview study={study.key} />
      </div>
    </div>
  )
}
