import { type Dispatch } from 'react'
import { useTranslation } from 'react-i18next'

import type { Said } from './api'
import { AS_BEFORE, type Choice, type ChoiceKey, CHOICES } from './choices'
import styles from './ChoiceList.module.css'
import type { Change } from './draft'

type Props = { chosen: ChoiceKey | undefined; before: Said | undefined; dispatch: Dispatch<Change> }

const GROUPS = [
  [true, 'recurrence'],
  [false, 'free'],
  [null, 'open'],
] as const

/** The paper's criteria as the choices themselves, each with its digit; 0 takes over what was said before. */
export function ChoiceList({ chosen, before, dispatch }: Props) {
  const { t } = useTranslation()
  return (
    <div className={styles.list} role="radiogroup" aria-label={t('tagging.choose')}>
      {before && (
        <button type="button" className={styles.choice} onClick={() => dispatch({ type: 'asBefore', said: before })} data-testid="as-before">
          <kbd className={styles.kbd}>{AS_BEFORE}</kbd>
          {t('tagging.asBefore', { step: t(`tagging.step.${before.step}`) })}
        </button>
      )}
      {GROUPS.map(([recurrence, words]) => (
        <div key={words} className={styles.group} role="presentation">
          <h3 className={styles.title}>{t(`tagging.${words}`)}</h3>
          {CHOICES.filter((one) => one.recurrence === recurrence).map((one) => (
            <OneChoice key={one.key} choice={one} chosen={one.key === chosen} onChoose={() => dispatch({ type: 'choose', choice: one.key })} />
          ))}
        </div>
      ))}
    </div>
  )
}

function OneChoice({ choice, chosen, onChoose }: { choice: Choice; chosen: boolean; onChoose: () => void }) {
  const { t } = useTranslation()
  return (
    <button type="button" role="radio" aria-checked={chosen} className={styles.choice} onClick={onChoose} data-testid={`choice-${choice.key}`}>
      <kbd className={styles.kbd}>{choice.digit}</kbd>
      {t(`tagging.choice.${choice.key}`)}
    </button>
  )
}
