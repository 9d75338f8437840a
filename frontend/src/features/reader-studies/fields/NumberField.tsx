import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { Field } from './Field'
import styles from './Field.module.css'
import { readNumber } from './number'

type Props = { label: string; hint?: string | undefined; field?: string; value: number | null; least: number; most: number; whole?: boolean; optional?: boolean; unit?: string; onChange: (value: number | null) => void }

/** A number as it is typed; handed on only while it is one within its bounds, so that a half-typed "0." is never saved. */
export function NumberField({ label, hint, field, value, least, most, whole = true, optional = false, unit, onChange }: Props) {
  const { t } = useTranslation()
  const [text, setText] = useState(value === null ? '' : String(value))
  useEffect(() => {
    // A value from elsewhere (a preset, another person) is shown; one's own typing is left alone.
    setText((typed) => (readNumber(typed, { least, most, whole, optional }).value === value ? typed : value === null ? '' : String(value)))
  }, [value, least, most, whole, optional])
  const read = readNumber(text, { least, most, whole, optional })
  const change = (typed: string) => {
    setText(typed)
    const found = readNumber(typed, { least, most, whole, optional })
    if (found.good && found.value !== value) onChange(found.value)
  }
  const error = read.good ? undefined : t(whole ? 'studySetup.number.whole' : 'studySetup.number.any', { least, most })
  return (
    <Field label={label} hint={hint} error={error} {...(field ? { field } : {})}>
      {(aria) => (
        <span className={styles.number}>
          <input {...aria} className={styles.input} inputMode={whole ? 'numeric' : 'decimal'} value={text} onChange={(event) => change(event.target.value)} />
          {unit && <span className={styles.unit}>{unit}</span>}
        </span>
      )}
    </Field>
  )
}
