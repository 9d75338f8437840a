import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'

import { Button } from '@/shared/ui/Button'
import { Dialog } from '@/shared/ui/Dialog'
import { useRefusal } from '@/shared/useRefusal'

import { useCopy } from '../api/studies'
import { CheckField, TextField } from '../fields/Field'
import type { AtDesk } from '../study/StudyPage'
import dialog from '../ui/dialog.module.css'

/** Another study with the same protocol, and with the cases, their reference standard and the people if wanted. */
export function CopyButton({ study }: { study: AtDesk }) {
  const { t } = useTranslation()
  const refusal = useRefusal('studies')
  const navigate = useNavigate()
  const copy = useCopy(study.key)
  const [open, setOpen] = useState(false)
  const [title, setTitle] = useState('')
  const [cases, setCases] = useState(true)
  const [reference, setReference] = useState(true)
  const [members, setMembers] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    copy.mutate({ title: title.trim(), cases, reference: cases && reference, members }, { onSuccess: (made) => (setOpen(false), void navigate(`/studies/${made.key}/`)) })
  }
  return (
    <>
      <Button look="quiet" onClick={() => setOpen(true)}>
        {t('studyRun.copy')}
      </Button>
      {open && (
        <Dialog title={t('studyRun.copyOf', { title: study.title })} onClose={() => setOpen(false)}>
          <form className={dialog.form} onSubmit={submit}>
            <TextField label={t('studies.found.name')} value={title} maxLength={200} autoFocus wide onChange={setTitle} />
            <CheckField label={t('studyRun.copyCases')} checked={cases} onChange={setCases} />
            {cases && <CheckField label={t('studyRun.copyReference')} checked={reference} onChange={setReference} />}
            <CheckField label={t('studyRun.copyMembers')} checked={members} onChange={setMembers} />
            <div className={dialog.foot}>
              {copy.error && (
                <p className={dialog.problem} role="alert">
                  {refusal(copy.error)}
                </p>
              )}
              <Button onClick={() => setOpen(false)}>{t('shared.cancel')}</Button>
              <Button type="submit" look="primary" disabled={title.trim() === '' || copy.isPending}>
                {t('studyRun.copy')}
              </Button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  )
}
