import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { Button } from '@/shared/ui/Button'

import { useAmend } from '../api/studies'
import { DraftProvider, useDraft } from '../draft/context'
import { Draft } from '../draft/draft'
import { SelectField, TextField } from '../fields/Field'
import { NumberField } from '../fields/NumberField'
import { same } from '../protocol/patch'
import { Analyses } from '../setup/steps/Analyses'
import { CodingRules } from '../setup/steps/CodingRules'
import setup from '../setup/Setup.module.css'
import { SignDialog } from '../sign/SignDialog'
import type { AtDesk } from '../study/StudyPage'

/** A change of the protocol after opening: kept here until it is signed with its reason, then a version of its own. */
export function Amend({ study, onDone }: { study: AtDesk; onDone: () => void }) {
  // Nothing is sent while one writes: only the signature makes a version.
  const [draft] = useState(() => new Draft({ revision: study.desk.revision, protocol: study.desk.protocol }, (revision, protocol) => Promise.resolve({ revision, protocol })))
  const amend = useAmend(study.key)
  const problems = amend.error && 'problems' in amend.error ? (amend.error.problems as { field: string; detail: string }[]) : []
  return (
    <DraftProvider draft={draft} problems={problems}>
      <Fields study={study} amend={amend} onDone={onDone} />
    </DraftProvider>
  )
}

function Fields({ study, amend, onDone }: { study: AtDesk; amend: ReturnType<typeof useAmend>; onDone: () => void }) {
  const { t } = useTranslation()
  const { protocol, change } = useDraft()
  const [signing, setSigning] = useState(false)
  const changed = !same(protocol, study.desk.protocol)
  return (
    <div data-testid="amendment">
      <section className={setup.section}>
        <h2>{t('studyRun.amend')}</h2>
        <p className={setup.intro}>{t('studyRun.amendIntro')}</p>
        <TextField label={t('studySetup.aim.hypothesis')} field="aim.hypothesis" value={protocol.aim.hypothesis} rows={3} maxLength={10_000} wide onChange={(value) => change(['aim', 'hypothesis'], value)} />
        {(['prevalence', 'clinical_facts', 'instructions'] as const).map((one) => (
          <TextField key={one} label={t(`studyForm.toldOf.${one}`)} field={`told.${one}`} value={protocol.told[one]} rows={2} maxLength={10_000} wide onChange={(value) => change(['told', one], value)} />
        ))}
      </section>
      <section className={setup.section}>
        <h2>{t('studySetup.aim.analyses')}</h2>
        <p className={setup.intro}>{t('studyRun.amendAnalyses')}</p>
        <Analyses />
        <div className={setup.row}>
          <NumberField label={t('studySetup.aim.alpha')} field="aim.alpha" value={protocol.aim.alpha} least={0.001} most={0.499} whole={false} onChange={(value) => change(['aim', 'alpha'], value)} />
          <SelectField label={t('studySetup.aim.correction')} value={protocol.aim.correction} options={(['bonferroni', 'holm', 'none'] as const).map((one) => [one, t(`studySetup.correction.${one}`)])} onChange={(value) => change(['aim', 'correction'], value)} />
        </div>
      </section>
      <section className={setup.section}>
        <h2>{t('studySetup.rules.title')}</h2>
        <CodingRules />
      </section>
      <div className={setup.actions}>
        <Button onClick={onDone}>{t('shared.cancel')}</Button>
        <Button look="primary" disabled={!changed} onClick={() => setSigning(true)}>
          {t('studyRun.amendSign')}
        </Button>
      </div>
      {signing && (
        <SignDialog
          title={t('studySign.act.amend')}
          statement={t('studySign.amendStatement')}
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
