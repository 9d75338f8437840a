import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { TextField } from '../../fields/Field'

/** A title that is saved when one has finished typing it: on leaving the field, or a moment after the last letter. */
export function TitleField({ title, onRename, failure }: { title: string; onRename: (title: string) => void; failure: Error | null }) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState(title)
  useEffect(() => {
    const wanted = typed.trim()
    if (!wanted || wanted === title) return
    const timer = setTimeout(() => onRename(wanted), 900)
    return () => clearTimeout(timer)
    // eslint-disable-next-line react-hooks/exhaustive-deps -- a new function at each drawing must not restart the wait
  }, [typed, title])
  const error = typed.trim() === '' ? t('studySetup.aim.noTitle') : failure?.message
  return <TextField label={t('studies.found.name')} hint={t('studies.found.nameHint')} value={typed} onChange={setTyped} maxLength={200} error={error} wide />
}
