import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import type { Row } from '@/api/types'
import { ageOf, localTime, shortDate, utcTime } from '@/shared/ages'
import { personName, shortAge } from '@/shared/patient'
import { ScoreStrip } from '@/shared/ui/ScoreStrip'
import { TierMark } from '@/shared/ui/TierMark'
import { useShortReason } from '@/shared/useReason'
import { useSaid } from '@/shared/useSaid'

import { SequencesCell } from './SequencesCell'
import { isWithheld, standing } from './standing'
import styles from './WorklistRow.module.css'

type Props = {
  row: Row
  href: string
  now: Date
  selected: boolean
  focusable: boolean
  hasLeft: boolean
  onSelect: (uid: string) => void
  onOpen: (uid: string) => void
  onPreview: (uid: string) => void
}

export const WorklistRow = memo(function WorklistRow(props: Props) {
  const { row, href, now, selected, focusable, hasLeft, onSelect, onOpen, onPreview } = props
  const { t, i18n } = useTranslation()
  const said = useSaid()
  const withheld = isWithheld(row)
  const note = withheld ? t('shared.adviceWithheld', { reason: said(row.advice.reason) }) : ''
  return (
    <tr
      className={`${styles.row} ${selected ? styles.selected : ''} ${hasLeft ? styles.left : ''}`}
      data-testid={`worklist-row-${row.uid}`}
      data-uid={row.uid}
      data-state={row.state}
      tabIndex={focusable ? 0 : -1}
      aria-selected={selected}
      title={hasLeft ? t('worklist.left') : undefined}
      onFocus={() => onSelect(row.uid)}
      onClick={(event) => {
        // A text selection inside the row is not a click on it.
        if (!window.getSelection()?.toString() && !(event.target as Element).closest('a, button')) onOpen(row.uid)
      }}
    >
      <td data-testid="tier">
        <TierMark tier={row.tier} final={row.final} withheld={withheld} note={note} />
      </td>
      <td>
        <ScoreStrip score={row.score} cutoffs={row.cutoffs} tier={row.tier} />
      </td>
      <td className={styles.clipped}>
        <Patient row={row} href={href} />
      </td>
      <td className={styles.nowrap} title={row.study_date ?? ''}>
        {row.study_date ? shortDate(row.study_date, i18n.language, now) : '—'}
      </td>
      <td>
        <SequencesCell row={row} />
      </td>
      <td data-testid="state" className={styles.clipped}>
        <StateCell row={row} />
      </td>
      <td className={styles.number}>
        <Age row={row} now={now} />
      </td>
      <td className={styles.clipped}>
        <Decided row={row} />
      </td>
      <td className={styles.preview}>
        <button type="button" tabIndex={-1} aria-label={t('worklist.preview')} title={t('worklist.preview')} onClick={() => onPreview(row.uid)}>
          ›
        </button>
      </td>
    </tr>
  )
})

function Patient({ row, href }: { row: Row; href: string }) {
  const { t } = useTranslation()
  const { name, id, sex, age } = row.patient
  const facts = [shortAge(age), sex].filter(Boolean).join(' ')
  const title = [personName(name), id, row.accession_number, row.description].filter(Boolean).join('\n')
  return (
    <span className={styles.patient} title={title}>
      <Link to={href} tabIndex={-1} className={styles.name}>
        {personName(name) || id || t('worklist.unnamed')}
      </Link>
      <span className={styles.facts}>{facts}</span>
      {row.set_aside > 0 && <span className={styles.facts}>{t('worklist.setAside', { count: row.set_aside })}</span>}
    </span>
  )
}

function StateCell({ row }: { row: Row }) {
  const { t } = useTranslation()
  const said = useSaid()
  const short = useShortReason()
  const { word, percent, waitsForT1C, tone, ...shown } = standing(row)
  const detail = row.state === 'done' ? short(shown.detail) : said(shown.detail)
  const parts = [t(word), percent !== null && t('worklist.percent', { percent }), waitsForT1C && t('worklist.waitsForT1C')]
  return (
    <span className={styles.state} title={[said(shown.detail), said(row.remedy)].filter(Boolean).join('\n')}>
      <span className={styles[tone]}>{parts.filter(Boolean).join(' · ')}</span>
      {detail && <span className={styles.detail}>{detail}</span>}
      {percent !== null && <progress className={styles.progress} max={100} value={percent} aria-label={t(word)} />}
    </span>
  )
}

function Age({ row, now }: { row: Row; now: Date }) {
  const { t, i18n } = useTranslation()
  const moment = row.result_at ?? row.received_at
  const age = ageOf(moment, now)
  const title = t(row.result_at ? 'shared.ageOf.result' : 'shared.ageOf.received', {
    time: localTime(moment, i18n.language),
    utc: utcTime(moment),
  })
  return (
    <time dateTime={moment} title={title} className={row.result_at ? undefined : styles.muted}>
      {t(`shared.age.${age.unit}`, { count: age.count })}
    </time>
  )
}

function Decided({ row }: { row: Row }) {
  const { t, i18n } = useTranslation()
  const { confirmation } = row
  if (!confirmation) return <span className={styles.muted} title={t('worklist.decided.open')}>—</span>
  const overridden = confirmation.decision === 'overridden'
  const title = t('worklist.decided.title', {
    decision: t(overridden ? 'worklist.decided.overriddenTitle' : 'worklist.decided.confirmed'),
    by: confirmation.by,
    at: localTime(confirmation.at, i18n.language),
    reason: confirmation.reason,
  })
  return (
    <span title={title}>
      {t(confirmation.contrast ? 'worklist.decided.contrast' : 'worklist.decided.none')}
      {overridden && <span className={styles.facts}>{t('worklist.decided.overridden')}</span>}
    </span>
  )
}
