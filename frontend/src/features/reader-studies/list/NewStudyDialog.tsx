import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'

import { Button } from '@/shared/ui/Button'
import { Dialog } from '@/shared/ui/Dialog'
import { Found } from '@/shared/ui/Page'
import { useRefusal } from '@/shared/useRefusal'

import { useFound, usePresets } from '../api/studies'
import { RadioCards, TextField } from '../fields/Field'
import { inLanguage } from '../form/rules'
import dialog from '../ui/dialog.module.css'

/** A title and what to begin with; the paper's design is chosen already. */
export function NewStudyDialog({ onClose }: { onClose: () => void }) {
  const { t, i18n } = useTranslation()
  const presets = usePresets()
  const found = useFound()
  const navigate = useNavigate()
  const refusal = useRefusal('studies')
  const [title, setTitle] = useState('')
  const [chosen, setChosen] = useState<string | null>(null)
  const preset = chosen ?? presets.data?.[0]?.key ?? ''
  const ready = title.trim() !== '' && preset !== '' && !found.isPending
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (ready) found.mutate({ title: title.trim(), preset }, { onSuccess: (study) => void navigate(`/studies/${study.key}/`) })
  }
  return (
    <Dialog title={t('studies.found.title')} onClose={onClose} testId="new-study-dialog">
      <form className={dialog.form} onSubmit={submit}>
        <TextField label={t('studies.found.name')} hint={t('studies.found.nameHint')} value={title} onChange={setTitle} maxLength={200} autoFocus required wide />
        <Found found={presets}>
          {(all) => (
            <RadioCards
              legend={t('studies.found.preset')}
              value={preset}
              onChange={setChosen}
              options={all.map((one) => ({ value: one.key, label: inLanguage(one.name, i18n.language), hint: inLanguage(one.description, i18n.language) }))}
            />
          )}
        </Found>
        <div className={dialog.foot}>
          {found.error && (
            <p className={dialog.problem} role="alert">
              {refusal(found.error)}
            </p>
          )}
          <Button onClick={onClose}>{t('shared.cancel')}</Button>
          <Button type="submit" look="primary" disabled={!ready}>
            {t(found.isPending ? 'studies.found.making' : 'studies.found.make')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
