import { useTranslation } from 'react-i18next'

import { Found } from '@/shared/ui/Page'

import { useFlow } from '../api/cases'
import { StardFlow } from '../flow/StardFlow'
import setup from '../setup/Setup.module.css'
import type { AtDesk } from '../study/StudyPage'

export function CaseFlow({ study }: { study: AtDesk }) {
  const { t } = useTranslation()
  const flow = useFlow(study.key)
  return (
    <section className={setup.section}>
      <h2>{t('studyCases.flow.title')}</h2>
      <Found found={flow}>{(found) => <StardFlow flow={found} />}</Found>
    </section>
  )
}
