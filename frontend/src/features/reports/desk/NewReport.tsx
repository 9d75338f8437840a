import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'

import { ApiError } from '@/api/client'
import { CheckField } from '@/features/reader-studies/fields/Field'
import { Button } from '@/shared/ui/Button'
import { useRefusal } from '@/shared/useRefusal'

import type { Definition } from '../api/cohorts'
import { useInWords } from '../api/language'
import { reportPath, sourceOf, useMake } from '../api/reports'
import type { Analysis, OptionValue, Source } from '../api/types'
import styles from './Desk.module.css'
import { OptionField } from './OptionField'
import { chosen, defaultsOf } from './options'

type Props = { source: Source; analysis: Analysis; definition?: Definition; ready?: boolean }

/** The recipe of a new report: an analysis' options, and to make it. `definition`: of a cohort that there is not yet. */
export function NewReport({ source, analysis, definition, ready = true }: Props) {
  const { t } = useTranslation()
  const inWords = useInWords()
  const navigate = useNavigate()
  const refusal = useRefusal('reports')
  const make = useMake()
  const [options, setOptions] = useState(() => defaultsOf(analysis))
  const [watermark, setWatermark] = useState(false)
  const problems = make.error instanceof ApiError ? make.error.problems : []
  const problemOf = (name: string) => problems.find((one) => one.field === name || one.field.endsWith(`.${name}`))?.detail
  const change = (name: string) => (value: OptionValue) => setOptions((before) => ({ ...before, [name]: value }))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    make.mutate({ source: sourceOf(source), analysis: analysis.name, options: chosen(analysis, options), watermark: watermark && !source.locked, definition }, { onSuccess: (made) => void navigate(reportPath(made.key)) })
  }
  return (
    <form className={styles.new} onSubmit={submit} aria-labelledby="new-report" data-testid="new-report">
      <h2 id="new-report">{t('reports.new.title', { analysis: inWords(analysis.title) })}</h2>
      <p className={styles.muted}>{t(analysis.options.length > 0 ? 'reports.new.intro' : 'reports.new.noOptions')}</p>
      <div className={styles.options}>
        {analysis.options.map((option) => (
          <OptionField key={option.name} option={option} value={options[option.name] ?? null} onChange={change(option.name)} problem={problemOf(option.name)} />
        ))}
      </div>
      {!source.locked && <CheckField label={t('reports.new.watermark')} hint={t('reports.new.watermarkHint')} checked={watermark} onChange={setWatermark} />}
      <div className={styles.make}>
        <Button type="submit" look="primary" disabled={!ready || make.isPending || (!source.locked && !watermark)} data-testid="make">
          {t(make.isPending ? 'reports.making' : 'reports.new.make')}
        </Button>
        {make.error && (
          <p className={styles.error} role="alert">
            {refusal(make.error)}
          </p>
        )}
      </div>
    </form>
  )
}
