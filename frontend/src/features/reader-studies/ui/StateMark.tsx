import { useTranslation } from 'react-i18next'

import type { StudyState } from '../api/types'
import styles from './ui.module.css'

const SHAPES: Record<StudyState, string> = { draft: '◌', checked: '◔', open: '◑', closed: '◕', locked: '●', unblinded: '◉' }

/** A study's state by shape and word; how far it is on its way, not how good. */
export function StateMark({ state }: { state: StudyState }) {
  const { t } = useTranslation()
  return (
    <span className={styles.state} data-testid="study-state" data-state={state}>
      <span aria-hidden="true">{SHAPES[state]}</span> {t(`studies.state.${state}`)}
    </span>
  )
}
