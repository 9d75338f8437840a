import { useTranslation } from 'react-i18next'

import type { CaseView, Room, Said } from './api'
import styles from './Chain.module.css'
import { useTerms } from './terms'
import { useDistance } from './useDistance'

/** What the steps before concluded, in their order. Nobody is named, and nothing of AI or readers is here. */
export function Chain({ view, room }: { view: CaseView; room: Room }) {
  const { t } = useTranslation()
  return (
    <section className={styles.chain} aria-label={t('tagging.chain')}>
      <h2 className={styles.title}>{t('tagging.chain')}</h2>
      {view.previous.length === 0 && <p className={styles.muted}>{t('tagging.chainNone')}</p>}
      <ol className={styles.steps} data-testid="chain">
        {view.previous.map((said) => (
          <li key={said.step} className={styles.step} data-step={said.step}>
            <StepSaid said={said} room={room} />
          </li>
        ))}
      </ol>
    </section>
  )
}

function StepSaid({ said, room }: { said: Said; room: Room }) {
  const { t } = useTranslation()
  const distance = useDistance()
  const named = useTerms()
  const when = said.basis_days === null ? '' : `, ${distance(said.basis_days)}`
  const lesion = [said.rt_stage, ...named(room.sites, said.sites), ...named(room.kinds, said.kinds)]
  return (
    <>
      <h3 className={styles.who}>
        {t(`tagging.step.${said.step}`)}
        {said.version > 1 && <span className={styles.muted}> · {t('tagging.said.version', { version: said.version })}</span>}
      </h3>
      <p>
        <strong>{t(`tagging.said.${saidKey(said)}`)}</strong>
        {said.debatable && <span className={styles.flag}>{t('tagging.said.debatable')}</span>}
      </p>
      <p className={styles.muted}>
        {t(`tagging.basis.${said.basis}`)}
        {when}
      </p>
      {lesion.some(Boolean) && <p className={styles.muted}>{lesion.filter(Boolean).join(' · ')}</p>}
      {said.remark && <p className={styles.remark}>{said.remark}</p>}
    </>
  )
}

export function saidKey({ recurrence, nodal_only }: Pick<Said, 'recurrence' | 'nodal_only'>): 'recurrence' | 'none' | 'nodes' | 'undetermined' {
  if (recurrence === null) return 'undetermined'
  if (recurrence) return 'recurrence'
  return nodal_only ? 'nodes' : 'none'
}
