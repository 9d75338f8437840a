import { type Dispatch } from 'react'
import { useTranslation } from 'react-i18next'

import type { CaseView, Room, Term } from './api'
import type { Change, Draft } from './draft'
import styles from './LesionFields.module.css'
import { Marks } from './Marks'
import { useTerms } from './terms'

type Props = { draft: Draft; room: Room; view: CaseView; dispatch: Dispatch<Change>; staged: boolean }

/** What the lesion is like. `staged`: a recurrence has an rT stage. */
export function LesionFields({ draft, room, view, dispatch, staged }: Props) {
  const { t } = useTranslation()
  return (
    <section className={styles.lesion} aria-label={t('tagging.lesion')}>
      {staged && (
        <div className={styles.field} role="radiogroup" aria-label={t('tagging.stage')}>
          <h3 className={styles.title}>
            {t('tagging.stage')} <kbd className={styles.kbd}>c</kbd>
          </h3>
          <div className={styles.stages}>
            {(['', ...room.rt_stages] as const).map((stage) => (
              <button key={stage} type="button" role="radio" aria-checked={draft.rtStage === stage} className={styles.option} onClick={() => dispatch({ type: 'set', values: { rtStage: stage } })} data-testid={`stage-${stage}`}>
                {stage || t('tagging.noStage')}
              </button>
            ))}
          </div>
        </div>
      )}
      <Several list="sites" terms={room.sites} chosen={draft.sites} dispatch={dispatch} keyName="s" />
      <Several list="kinds" terms={room.kinds} chosen={draft.kinds} dispatch={dispatch} />
      <Marks draft={draft} view={view} dispatch={dispatch} />
    </section>
  )
}

type SeveralProps = { list: 'sites' | 'kinds'; terms: readonly Term[]; chosen: readonly string[]; dispatch: Dispatch<Change>; keyName?: string }

function Several({ list, terms, chosen, dispatch, keyName }: SeveralProps) {
  const { t } = useTranslation()
  const named = useTerms()
  const words = t(`tagging.${list}`)
  return (
    <div className={styles.field} role="group" aria-label={words}>
      <h3 className={styles.title}>
        {words} {keyName && <kbd className={styles.kbd}>{keyName}</kbd>}
      </h3>
      <div className={styles.options}>
        {terms.map(({ key }) => (
          <button key={key} type="button" role="checkbox" aria-checked={chosen.includes(key)} className={styles.option} onClick={() => dispatch({ type: 'toggle', list, key })} data-testid={`${list}-${key}`} data-list={list}>
            {named(terms, [key])[0]}
          </button>
        ))}
      </div>
    </div>
  )
}
