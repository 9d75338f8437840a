import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'

import { Card } from '@/shared/ui/Card'
import { Failed } from '@/shared/ui/Failed'
import { Page, Skeleton } from '@/shared/ui/Page'
import { SyntheticBand } from '@/shared/ui/SyntheticBand'

import { useStudy } from '../api/studies'
import type { Desk, Study } from '../api/types'
import { doorsOf } from '../list/doors'
import { Running } from '../running/Running'
import { Setup } from '../setup/Setup'
import { StateMark } from '../ui/StateMark'
import styles from './StudyPage.module.css'

export type AtDesk = Study & { desk: Desk }

const hasDesk = (study: Study): study is AtDesk => study.desk !== null

/** One study: set up while it is drafted, followed once it is open; to everybody else their own part in it. */
export function StudyPage() {
  const { key = '' } = useParams()
  const found = useStudy(key)
  const { t } = useTranslation()
  if (found.isPending) return <div className={styles.waiting}><Skeleton /></div>
  const study = found.data
  if (!study) return found.error && <Failed error={found.error} onRetry={() => void found.refetch()} />
  const drafted = study.state === 'draft' || study.state === 'checked'
  return (
    <>
      {study.synthetic && <SyntheticBand />}
      {!hasDesk(study) ? (
        <Page title={study.title} intro={t('studies.notDesk.title')}>
          <OwnPart study={study} />
        </Page>
      ) : drafted ? (
        <Setup key={study.key} study={study} />
      ) : (
        <Running key={study.key} study={study} />
      )}
    </>
  )
}

function OwnPart({ study }: { study: Study }) {
  const { t } = useTranslation()
  const doors = doorsOf({ ...study, counts: null })
  return (
    <Card title={study.parts.map((part) => t(`studies.part.${part}`)).join(', ') || t('studies.notDesk.ended')} beside={<StateMark state={study.state} />}>
      {study.progress && study.progress.total > 0 && <p>{t('studies.progress', study.progress)}</p>}
      <ul>
        {doors.map((door) => (
          <li key={door.word}>{door.open ? <Link to={door.to}>{t(`studies.${door.word}`)}</Link> : t(door.over ? 'studies.over' : 'studies.notYet')}</li>
        ))}
      </ul>
    </Card>
  )
}
