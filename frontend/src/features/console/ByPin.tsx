import { useTranslation } from 'react-i18next'

import { useConsolePeople } from './api'
import styles from './Dialogs.module.css'

export type Person = { person: number; pin: string }
export type Pinned = { person: number | null; pin: string }

export const isPinned = (who: Pinned): who is Person => who.person !== null && /^\d{6}$/.test(who.pin)

/** Who acts: chosen from those with a PIN, and the PIN. */
export function ByPin({ value, onChange }: { value: Pinned; onChange: (value: Pinned) => void }) {
  const { t } = useTranslation()
  const people = useConsolePeople()
  return (
    <fieldset className={styles.who}>
      <legend>{t('console.who')}</legend>
      {people.data?.length === 0 && <p className={styles.problem}>{t('console.nobody')}</p>}
      <div className={styles.people} role="radiogroup" aria-label={t('console.who')}>
        {people.data?.map(({ id, name }) => (
          <label key={id} className={styles.person} data-chosen={value.person === id}>
            <input type="radio" name="person" checked={value.person === id} onChange={() => onChange({ person: id, pin: '' })} />
            {name}
          </label>
        ))}
      </div>
      <label className={styles.field}>
        <span>{t('console.pin')}</span>
        <input
          className={styles.input}
          type="password"
          inputMode="numeric"
          autoComplete="off"
          maxLength={6}
          value={value.pin}
          onChange={(event) => onChange({ ...value, pin: event.target.value.replace(/\D/g, '') })}
          data-testid="pin"
        />
      </label>
    </fieldset>
  )
}
