import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import { Button } from '@/shared/ui/Button'
import notice from '@/shared/ui/Notice.module.css'
import { Found, Page } from '@/shared/ui/Page'
import table from '@/shared/ui/Table.module.css'

import { useStudies } from '../api/studies'
import type { StudyList, StudyRow } from '../api/types'
import { Meter } from '../ui/Meter'
import { StateMark } from '../ui/StateMark'
import { doorsOf } from './doors'
import { NewStudyDialog } from './NewStudyDialog'
import styles from './StudiesPage.module.css'

/** Everybody's own studies, with the part that they have in each and the way to it. */
export function StudiesPage() {
  const { t } = useTranslation()
  const studies = useStudies()
  const [founding, setFounding] = useState(false)
  const tools = studies.data?.may_found && (
    <Button look="primary" onClick={() => setFounding(true)} data-testid="new-study">
      {t('studies.new')}
    </Button>
  )
  return (
    <Page title={t('studies.title')} intro={t('studies.intro')} tools={tools}>
      <Found found={studies}>{(found) => (found.results.length === 0 ? <Nothing found={found} /> : <List rows={found.results} />)}</Found>
      {founding && <NewStudyDialog onClose={() => setFounding(false)} />}
    </Page>
  )
}

function Nothing({ found }: { found: StudyList }) {
  const { t } = useTranslation()
  return (
    <div className={notice.notice} data-testid="studies-empty">
      <h2>{t('studies.none.title')}</h2>
      <p>{t(found.may_found ? 'studies.none.founder' : 'studies.none.text')}</p>
    </div>
  )
}

function List({ rows }: { rows: StudyRow[] }) {
  const { t } = useTranslation()
  return (
    <table className={`${table.table} ${styles.studies}`} data-testid="studies">
      <thead>
        <tr>
          <th scope="col">{t('studies.column.study')}</th>
          <th scope="col">{t('studies.column.part')}</th>
          <th scope="col">{t('studies.column.progress')}</th>
          <th scope="col">
            <span className="visually-hidden">{t('studies.column.go')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.key} row={row} />
        ))}
      </tbody>
    </table>
  )
}

function Row({ row }: { row: StudyRow }) {
  const { t } = useTranslation()
  const doors = doorsOf(row)
  return (
    <tr data-testid="study-row" data-state={row.state}>
      <th scope="row">
        <Link className={styles.name} to={doors[0]?.to ?? `/studies/${row.key}/`}>
          {row.title}
        </Link>
        <span className={styles.under}>
          <StateMark state={row.state} />
          {row.imported && <span>{t('studies.imported')}</span>}
          {row.synthetic && <span title={t('studies.synthetic')}>{t('studies.syntheticShort')}</span>}
        </span>
      </th>
      <td>{row.parts.map((part) => t(`studies.part.${part}`)).join(', ') || '—'}</td>
      <td>
        {row.progress && row.progress.total > 0 && <Meter done={row.progress.done} total={row.progress.total} label={t('studies.progress', row.progress)} />}
        {row.counts && <span className={styles.counts}>{t('studies.counts', { included: row.counts.included, readers: row.counts.readers })}</span>}
      </td>
      <td className={styles.doors}>
        {doors.map((door) =>
          door.open ? (
            <Link key={door.word} className={styles.door} to={door.to} data-look={door === doors[0] ? 'primary' : 'plain'} aria-label={`${t(`studies.${door.word}`)}: ${row.title}`}>
              {t(`studies.${door.word}`)}
            </Link>
          ) : (
            <span key={door.word} className={styles.shut}>
              {t(door.over ? 'studies.over' : 'studies.notYet')}
            </span>
          ),
        )}
      </td>
    </tr>
  )
}
