import { useTranslation } from 'react-i18next'

import type { Examination } from '@/api/types'
import { tierLook, tierSentence } from '@/shared/tier'
import { useShortReason } from '@/shared/useReason'

import { Segments } from './Segments'
import { useSecondsSince } from './useTable'
import styles from './Row.module.css'

export type Wanted = { id: number; what: 'confirm' | 'override' | 'scope' }

type Props = { examination: Examination; shown: boolean; mixed: boolean; heardAt: number; onWant: (wanted: Wanted) => void }

/** One examination: who, what has come, what is advised, how long ago the last slice came, and what a person can do. `mixed`: not all rows are synthetic. */
export function ExaminationRow({ examination, shown, mixed, heardAt, onWant }: Props) {
  const { t } = useTranslation()
  const { id, accession_number, initials, segments, others, advice } = examination
  const reopened = segments.filter(({ remark }) => remark).map(({ role }) => role)
  return (
    <article className={styles.row} data-testid="examination" data-run={examination.run_id} aria-label={accession_number || initials}>
      <div className={styles.who}>
        <strong>{accession_number || '–'}</strong>
        <span>{initials}</span>
        {mixed && examination.synthetic && <span className={styles.synthetic}>{t('console.synthetic')}</span>}
      </div>
      <Segments segments={segments} />
      <Since quiet={examination.quiet_s} heardAt={heardAt} />
      <Advice examination={examination} shown={shown} />
      <div className={styles.doing}>
        {shown && examination.open_questions > 0 && !examination.decided && (
          <button type="button" className={styles.button} onClick={() => onWant({ id, what: 'scope' })} data-testid="scope">
            {t('console.scope', { count: examination.open_questions })}
          </button>
        )}
        {examination.can_decide && advice.given && !examination.decided && (
          <button type="button" className={styles.primary} onClick={() => onWant({ id, what: 'confirm' })} data-testid="console-confirm">
            {t('console.confirm')}
          </button>
        )}
        {examination.can_decide && (
          <button type="button" className={styles.button} onClick={() => onWant({ id, what: 'override' })} data-testid="console-override">
            {t(examination.decided ? 'console.change' : advice.given ? 'console.override' : 'console.decide')}
          </button>
        )}
      </div>
      {(reopened.length > 0 || others > 0) && (
        <p className={styles.notes}>
          {reopened.length > 0 && <span data-testid="reopened">{t('console.reopenedRoles', { roles: reopened.join(', ') })}</span>}
          {others > 0 && <span>{t('console.others', { count: others })}</span>}
        </p>
      )}
    </article>
  )
}

function Since({ quiet, heardAt }: { quiet: number; heardAt: number }) {
  const { t } = useTranslation()
  const seconds = Math.floor(quiet + useSecondsSince(heardAt))
  const long = seconds >= 180
  return (
    <p className={styles.since} data-testid="since">
      <strong>{long ? Math.floor(seconds / 60) : seconds}</strong> <span>{t(long ? 'console.minutesSince' : 'console.secondsSince')}</span>
    </p>
  )
}

/** DOMAIN's words with their mark; stripes, and nothing of a tier, where none is given. */
function Advice({ examination, shown }: { examination: Examination; shown: boolean }) {
  const { t } = useTranslation()
  const short = useShortReason()
  const { advice, decided, state, percent } = examination
  const tier = advice.given ? examination.tier : null
  const look = tierLook(tier)
  const busy = state === 'running'
  const reason = shown ? (busy ? t('console.reading', { percent }) : short(advice.reason)) : t('console.shadowReason')
  return (
    <div className={tier ? styles.advice : styles.none} role="status" data-testid="console-advice" data-tier={tier ?? 'none'} style={tier ? { borderColor: look.colour } : undefined}>
      {tier && (
        <span className={styles.mark} aria-hidden="true" style={{ color: look.colour }}>
          {look.mark}
        </span>
      )}
      <div className={styles.words} data-decided={decided !== null}>
        <p className={styles.sentence}>{t(tier ? tierSentence({ tier, final: examination.final }) : 'shared.tierMeaning.none')}</p>
        {!tier && reason && <p className={styles.reason}>{reason}</p>}
        {decided && (
          <p className={styles.decided} data-testid="console-decided">
            <strong>{t(decided.contrast ? 'console.goesOnWith' : 'console.goesOnWithout')}</strong> {t(decided.reason ? `console.${decided.decision}Because` : `console.${decided.decision}`, { by: decided.by, reason: decided.reason })}
          </p>
        )}
      </div>
    </div>
  )
}
