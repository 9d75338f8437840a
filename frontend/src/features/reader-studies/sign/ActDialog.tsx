import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { useSignAct } from '../api/studies'
import type { Act } from '../api/types'
import { TextField } from '../fields/Field'
import type { AtDesk } from '../study/StudyPage'
import { SignDialog } from './SignDialog'

const SEED = /^\d{0,19}$/

/** Signs one act of a study. Opening may name the seed of every order; else it is drawn and kept. */
export function ActDialog({ study, act, onClose }: { study: AtDesk; act: Act; onClose: () => void }) {
  const { t } = useTranslation()
  const sign = useSignAct(study.key)
  const [seed, setSeed] = useState('')
  const good = SEED.test(seed.trim())
  return (
    <SignDialog
      title={t(`studySign.act.${act.act}`)}
      statement={act.statement}
      warnings={act.warnings}
      reasonNeeded={act.reason_needed}
      word={t(`studySign.word.${act.act}`)}
      pending={sign.isPending}
      failure={sign.error}
      onSign={({ password, reason }) => good && sign.mutate({ act: act.act, password, reason, seed: seed.trim() || null }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p>{t(`studySign.means.${act.act}`)}</p>
      {act.act === 'open' && <TextField label={t('studySign.seed')} hint={t('studySign.seedHint')} value={seed} error={good ? undefined : t('studySign.seedWrong')} onChange={setSeed} />}
    </SignDialog>
  )
}
