import { type ReactNode, useId } from 'react'

import { useProblems } from '../draft/context'
import styles from './Field.module.css'

type Place = { label: string; hint?: string | undefined; field?: string; wide?: boolean | undefined }
type Aria = { id: string; 'aria-describedby': string | undefined; 'aria-invalid': boolean }

/** A labelled field with its hint, and beside it what is wrong with it: here, or by the server's word. `field`: its path in the protocol. */
export function Field({ label, hint, field, wide = false, error, children }: Place & { error?: string | undefined; children: (aria: Aria) => ReactNode }) {
  const id = useId()
  const found = useProblems(field)
  const problems = [...(error ? [error] : []), ...found.map((one) => one.detail)]
  const described = [hint && `${id}-hint`, problems.length > 0 && `${id}-problem`].filter(Boolean).join(' ') || undefined
  return (
    <div className={wide ? `${styles.field} ${styles.wide}` : styles.field}>
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-describedby': described, 'aria-invalid': problems.length > 0 })}
      {hint && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
      {problems.length > 0 && (
        <p id={`${id}-problem`} className={styles.problem} role="alert">
          {problems.join(' ')}
        </p>
      )}
    </div>
  )
}

type TextProps = Place & { value: string; onChange: (value: string) => void; rows?: number; maxLength?: number; placeholder?: string; type?: string; autoFocus?: boolean; lang?: string; required?: boolean; error?: string | undefined; autoComplete?: string }

export function TextField({ value, onChange, rows, maxLength, placeholder, type = 'text', autoFocus, lang, required, autoComplete, ...place }: TextProps) {
  return (
    <Field {...place}>
      {(aria) =>
        rows ? (
          <textarea {...aria} className={styles.input} rows={rows} value={value} maxLength={maxLength} placeholder={placeholder} autoFocus={autoFocus} lang={lang} required={required} onChange={(event) => onChange(event.target.value)} />
        ) : (
          <input {...aria} className={styles.input} type={type} value={value} maxLength={maxLength} placeholder={placeholder} autoFocus={autoFocus} lang={lang} required={required} autoComplete={autoComplete} onChange={(event) => onChange(event.target.value)} />
        )
      }
    </Field>
  )
}

type SelectProps<T extends string> = Place & { value: T; options: readonly (readonly [value: T, label: string])[]; onChange: (value: T) => void }

export function SelectField<T extends string>({ value, options, onChange, ...place }: SelectProps<T>) {
  return (
    <Field {...place}>
      {(aria) => (
        <select {...aria} className={styles.input} value={value} onChange={(event) => onChange(event.target.value as T)}>
          {options.map(([key, label]) => (
            <option key={key} value={key}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

type CheckProps = { label: string; hint?: string | undefined; checked: boolean; onChange: (checked: boolean) => void; disabled?: boolean }

export function CheckField({ label, hint, checked, onChange, disabled = false }: CheckProps) {
  const id = useId()
  return (
    <div className={styles.check}>
      <input id={id} type="checkbox" checked={checked} disabled={disabled} aria-describedby={hint ? `${id}-hint` : undefined} onChange={(event) => onChange(event.target.checked)} />
      <label htmlFor={id}>{label}</label>
      {hint && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
    </div>
  )
}

type RadioProps<T extends string> = { legend: string; value: T; options: readonly { value: T; label: string; hint?: string }[]; onChange: (value: T) => void; field?: string }

/** Choices as cards, each with what it means; arrow keys go through them. */
export function RadioCards<T extends string>({ legend, value, options, onChange, field }: RadioProps<T>) {
  const name = useId()
  const problems = useProblems(field)
  return (
    <fieldset className={styles.cards}>
      <legend>{legend}</legend>
      <div className={styles.cardGrid}>
        {options.map((one) => (
          <label key={one.value} className={styles.card} data-chosen={one.value === value}>
            <input type="radio" name={name} checked={one.value === value} onChange={() => onChange(one.value)} />
            <span className={styles.cardLabel}>{one.label}</span>
            {one.hint && <span className={styles.hint}>{one.hint}</span>}
          </label>
        ))}
      </div>
      {problems.length > 0 && (
        <p className={styles.problem} role="alert">
          {problems.map((one) => one.detail).join(' ')}
        </p>
      )}
    </fieldset>
  )
}
