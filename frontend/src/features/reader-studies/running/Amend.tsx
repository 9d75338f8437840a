import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { ApiError } from '@/api/client'
import { Button } from '@/shared/ui/Button'

import { useAmend } from '../api/studies'
import { DraftProvider, useDraft } from '../draft/context'
import { Draft } from '../draft/draft'
import { TextField } from '../fields/Field'
import { amendable, changedParts } from '../protocol/amending'
import { Analyses } from '../setup/steps/Analyses'
import { Categories, LeavingRules } from '../setup/steps/CodingRules'
import setup from '../setup/Setup.module.css'
import { SignDialog } from '../sign/SignDialog'
import type { AtDesk } from '../study/StudyPage'

/** A change of the protocol after opening: kept here until it is signed with its reason, then a version of its own. */
export function Amend({ study, onDone }: { study: AtDesk; onDone: () => void }) {
  // Nothing is sent while one writes: only the signature makes a version.
  const [draft] = useState(() => new Draft({ revision: study.desk.revision, protocol: study.desk.protocol }, (revision, protocol) => Promise.resolve({ revision, protocol })))
  const amend = useAmend(study.key)
  return (
    <DraftProvider draft={draft} problems={amend.error instanceof ApiError ? amend.error.problems : []}>
      <Fields study={study} amend={amend} onDone={onDone} />
    </DraftProvider>
  )
}

function Fields({ study, amend, onDone }: { study: AtDesk; amend: ReturnType<typeof useAmend>; onDone: () => void }) {
  const { t } = useTranslation()
  const { protocol, change } = useDraft()
  const [signing, setSigning] = useState(false)
  const { desk, state } = study
  const may = amendable(state)
  const changed = changedParts(desk.protocol, protocol)
  return (
    <div data-testid="amendment">
      <section className={setup.section}>
        <h2>{t('studyRun.amend')}</h2>
        <p className={setup.intro}>{t('studyRun.amendIntro')}</p>
        {may.told &&
          (['prevalence', 'clinical_facts', 'instructions'] as const).map((one) => (
            <TextField key={one} label={t(`studyForm.toldOf.${one}`)} field={`told.${one}`} value={protocol.told[one]} rows={2} maxLength={10_000} wide onChange={(value) => change(['told', one], value)} />
          ))}
        {may.rules && <LeavingRules />}
      </section>
      <section className={setup.section}>
        <h2>{t('studySetup.aim.analyses')}</h2>
        <p className={setup.intro}>{t('studyRun.amendAnalyses')}</p>
        <Analyses fixed={desk.protocol.aim.analyses.length} />
      </section>
      {may.coding && (
        <section className={setup.section}>
          <h2>{t('studySetup.rules.title')}</h2>
          <Categories kept={desk.protocol.coding.categories.map((one) => one.key)} />
        </section>
      )}
      <div className={setup.actions}>
        <Button onClick={onDone}>{t('shared.cancel')}</Button>
        <Button look="primary" disabled={changed.length === 0} onClick={() => setSigning(true)}>
          {t('studyRun.amendSign')}
        </Button>
      </div>
      {signing && (
        <SignDialog
          title={t('studySign.act.amend')}
          statement={t('studySign.amendStatement', { version: (desk.versions[0]?.version ?? 0) + 1, what: changed.join(', ') })}
          reasonNeeded
          word={t('studySign.word.amend')}
          pending={amend.isPending}
          failure={amend.error}
          onSign={({ password, reason }) => amend.mutate({ protocol, password, reason }, { onSuccess: onDone })}
          onClose={() => setSigning(false)}
        />
      )}
    </div>
  )
}
