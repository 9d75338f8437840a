import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'

import { readNumber } from '@/features/reader-studies/fields/number'
import { Button } from '@/shared/ui/Button'
import { useRefusal } from '@/shared/useRefusal'

import { reportPath, useMake } from '../api/reports'
import { asPercent, asShare } from '../desk/options'
import { useSheet } from './context'
import { OPTION } from './prevalence'
import styles from './Sheet.module.css'

const BOUNDS = { least: 0.01, most: 99.99, whole: false, optional: false }

/** Beside PPV, NPV and costs: the same recipe at another prevalence, as a new report. */
export function Prevalence() {
  const { t } = useTranslation()
  const { report } = useSheet()
  const navigate = useNavigate()
  const refusal = useRefusal('reports')
  const make = useMake()
  const now = report.options[OPTION]
  const [typed, setTyped] = useState(typeof now === 'number' ? String(asPercent(now)) : '')
  const read = readNumber(typed, BOUNDS)
  const same = read.good && read.value !== null && asShare(read.value) === now
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!read.good || read.value === null || same) return
    const options = { ...report.options, [OPTION]: asShare(read.value) }
    make.mutate({ source: report.source, analysis: report.analysis, options, watermark: report.watermark }, { onSuccess: (made) => void navigate(reportPath(made.key)) })
  }
  return (
    <form className={styles.prevalence} onSubmit={submit} data-testid="prevalence">
      <label>
        {t('reports.prevalence.label')}
        <input value={typed} inputMode="decimal" aria-invalid={!read.good} onChange={(event) => setTyped(event.target.value)} /> %
      </label>
      <Button type="submit" disabled={!read.good || same || make.isPending}>
        {t(make.isPending ? 'reports.making' : 'reports.prevalence.make')}
      </Button>
      {make.error ? <span role="alert">{refusal(make.error)}</span> : <span className={styles.muted}>{t('reports.prevalence.hint')}</span>}
    </form>
  )
}
