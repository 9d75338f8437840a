import { useTranslation } from 'react-i18next'

import { shortDate } from '@/shared/ages'
import table from '@/shared/ui/Table.module.css'
import { useNow } from '@/shared/useNow'
import { useSaid } from '@/shared/useSaid'

import type { Candidate, Candidates } from '../api/types'
import { isFree } from '../protocol/candidates'
import styles from '../setup/Setup.module.css'
import { Truth } from './Truth'

type Props = { found: Candidates; picked: ReadonlySet<string>; onPick: (picked: ReadonlySet<string>) => void }

/** What was found, free ones to be ticked; what cannot be a case says why. */
export function CandidateTable({ found, picked, onPick }: Props) {
  const { t } = useTranslation()
  const free = found.results.filter(isFree)
  const all = free.length > 0 && free.every((one) => picked.has(one.uid))
  const toggle = (uid: string) => onPick(new Set(picked.has(uid) ? [...picked].filter((one) => one !== uid) : [...picked, uid]))
  return (
    <>
      {found.not_found.length > 0 && <p className={styles.problem}>{t('studyCases.notFound', { numbers: found.not_found.join(', ') })}</p>}
      {found.ambiguous.length > 0 && <p className={styles.problem}>{t('studyCases.ambiguous', { numbers: found.ambiguous.join(', ') })}</p>}
      {found.results.length === 0 ? (
        <p className={styles.muted}>{t('studyCases.nothingFound')}</p>
      ) : (
        <div className={styles.scroll} tabIndex={0} role="region" aria-label={t('studyCases.listed')}>
          <table className={table.table} data-testid="candidates">
            <thead>
              <tr>
                <th scope="col">
                  <input type="checkbox" checked={all} aria-label={t('studyCases.pickAll')} onChange={() => onPick(new Set(all ? [] : free.map((one) => one.uid)))} />
                </th>
                <th scope="col">{t('studyCases.column.accession')}</th>
                <th scope="col">{t('studyCases.column.date')}</th>
                <th scope="col">{t('studyCases.column.sequences')}</th>
                <th scope="col">{t('studyCases.column.truth')}</th>
                <th scope="col">{t('studyCases.column.notes')}</th>
              </tr>
            </thead>
            <tbody>
              {found.results.map((one) => (
                <Row key={one.uid} one={one} picked={picked.has(one.uid)} onToggle={() => toggle(one.uid)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {found.counts.found > found.results.length && <p className={styles.muted}>{t('studyCases.moreFound', { shown: found.results.length, found: found.counts.found })}</p>}
    </>
  )
}

function Row({ one, picked, onToggle }: { one: Candidate; picked: boolean; onToggle: () => void }) {
  const { i18n, t } = useTranslation()
  const now = useNow(3600)
  const said = useSaid()
  const notes = [...one.bars, ...one.notes].map((note) => (i18n.language === 'en' ? note.detail : t(`studyCases.bar.${note.code}`, { defaultValue: said(note.detail) })))
  const name = one.accession_number || one.uid
  return (
    <tr className={isFree(one) ? undefined : styles.barred}>
      <td>
        <input type="checkbox" checked={picked} disabled={!isFree(one)} aria-label={name} onChange={onToggle} />
      </td>
      <td title={one.uid}>{name}</td>
      <td>{one.study_date ? shortDate(one.study_date, i18n.language, now) : '—'}</td>
      <td>{one.sequences.join(' ')}</td>
      <td>
        <Truth recurrence={one.truth} />
      </td>
      <td>{notes.join(' ')}</td>
    </tr>
  )
}
