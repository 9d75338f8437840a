import { useId } from 'react'
import { useTranslation } from 'react-i18next'

import { toggled } from './definition'
import styles from './Cohort.module.css'

type Props = { legend: string; values: readonly (readonly [value: string, label: string])[]; chosen: readonly string[] | undefined; onChange: (chosen: string[]) => void }

/** Some of what the archive has; none ticked asks for nothing. */
export function ManyChoices({ legend, values, chosen, onChange }: Props) {
  const { t } = useTranslation()
  const id = useId()
  return (
    <fieldset className={styles.many} aria-describedby={id}>
      <legend>{legend}</legend>
      <ul>
        {values.map(([value, label]) => (
          <li key={value}>
            <label>
              <input type="checkbox" checked={chosen?.includes(value) ?? false} onChange={() => onChange(toggled(chosen, value))} />
              {label}
            </label>
          </li>
        ))}
      </ul>
      <p id={id} className={styles.hint}>
        {t(values.length > 0 ? 'cohort.noneTicked' : 'cohort.noneKnown')}
      </p>
    </fieldset>
  )
}
