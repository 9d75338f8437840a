import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'

import { keys } from '@/api/query'

import { saveProtocol } from '../api/studies'
import { AuditTrail } from '../audit/AuditTrail'
import { CertificatePage } from '../certificate/CertificatePage'
import { CopyButton } from '../copy/CopyButton'
import { DraftProvider } from '../draft/context'
import { Draft } from '../draft/draft'
import { useLeaving } from '../draft/useLeaving'
import { firstOpen, todos } from '../protocol/completeness'
import { STEPS, type Step, stepOfFinding } from '../protocol/problems'
import { StudyHeader } from '../study/StudyHeader'
import type { AtDesk } from '../study/StudyPage'
import styles from './Setup.module.css'
import { Stepper } from './Stepper'
import { AimStep } from './steps/AimStep'
import { BlindingStep } from './steps/BlindingStep'
import { CasesStep } from './steps/CasesStep'
import { DesignStep } from './steps/DesignStep'
import { FormStep } from './steps/FormStep'
import { MembersStep } from './steps/MembersStep'
import { OpenStep } from './steps/OpenStep'
import { Summary } from './Summary'

export type StepProps = { study: AtDesk }

const STEP_OF: Record<Step, (props: StepProps) => React.ReactNode> = {
  aim: AimStep,
  cases: CasesStep,
  members: MembersStep,
  design: DesignStep,
  form: FormStep,
  blinding: BlindingStep,
  open: OpenStep,
}

/** A study while it is drafted: steps at the left, what is done of them at the right, everything saved as one goes. */
export function Setup({ study }: { study: AtDesk }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { key, desk } = study
  const [draft] = useState(
    () =>
      new Draft({ revision: desk.revision, protocol: desk.protocol }, async (revision, protocol) => {
        const answer = await saveProtocol(key, revision, protocol)
        client.setQueryData(keys.readerStudy(key), answer)
        return answer.desk ?? { revision, protocol }
      }),
  )
  useEffect(() => draft.adopt({ revision: desk.revision, protocol: desk.protocol }), [draft, desk])
  useLeaving(draft)
  const [search] = useSearchParams()
  const [entry] = useState(() => firstOpen(todos({ ...desk, state: study.state })))
  const asked = search.get('step')
  const step = STEPS.find((one) => one === asked) ?? entry
  const report = desk.check
  // What the check stops at stands at its step's own fields, too.
  const problems = useMemo(() => report?.findings.filter((one) => one.level === 'stop').map((one) => ({ field: stepOfFinding(one), detail: one.detail })) ?? [], [report])
  const view = search.get('view')
  const audit = view === 'audit'
  const Content = STEP_OF[step]
  if (view === 'certificate') return <CertificatePage study={study} />
  return (
    <DraftProvider draft={draft} problems={problems}>
      <StudyHeader study={study}>
        <CopyButton study={study} />
        <Link to={audit ? '?' : '?view=audit'} aria-current={audit ? 'page' : undefined}>
          {t('studyAudit.title')}
        </Link>
      </StudyHeader>
      {audit ? (
        <AuditTrail study={study} />
      ) : (
        <div className={styles.setup}>
          <Stepper study={study} step={step} />
          <div className={styles.content} key={step} data-testid={`step-${step}`}>
            <Content study={study} />
            <Feet step={step} />
          </div>
          <Summary study={study} />
        </div>
      )}
    </DraftProvider>
  )
}

function Feet({ step }: { step: Step }) {
  const { t } = useTranslation()
  const at = STEPS.indexOf(step)
  const [before, after] = [STEPS[at - 1], STEPS[at + 1]]
  return (
    <footer className={styles.feet}>
      {before && <Link to={`?step=${before}`}>‹ {t(`studySetup.step.${before}`)}</Link>}
      {after && (
        <Link to={`?step=${after}`} className={styles.next} data-testid="next-step">
          {t('studySetup.next', { step: t(`studySetup.step.${after}`) })} ›
        </Link>
      )}
    </footer>
  )
}
