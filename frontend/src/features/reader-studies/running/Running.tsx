import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'

import { CodingOverview } from '@/features/coding/overview/CodingOverview'
import { ReferenceOverview } from '@/features/tagging/ReferenceOverview'

import { AuditTrail } from '../audit/AuditTrail'
import { CaseTable } from '../cases/CaseTable'
import { CertificatePage } from '../certificate/CertificatePage'
import { CopyButton } from '../copy/CopyButton'
import { MemberTable } from '../members/MemberTable'
import { NewMember } from '../members/NewMember'
import { Waivers } from '../members/Waivers'
import setup from '../setup/Setup.module.css'
import { StudyHeader } from '../study/StudyHeader'
import type { AtDesk } from '../study/StudyPage'
import { CaseFlow } from './CaseFlow'
import { ProgressView } from './ProgressView'
import { ProtocolView } from './ProtocolView'
import styles from './Running.module.css'

const VIEWS = ['progress', 'cases', 'reference', 'members', 'protocol', 'coding', 'certificate', 'audit'] as const
type View = (typeof VIEWS)[number]

/** A study from its opening on: what is read, by whom, under which protocol, and everything that happened. */
export function Running({ study }: { study: AtDesk }) {
  const { t } = useTranslation()
  const [search] = useSearchParams()
  const asked = search.get('view')
  const view: View = VIEWS.find((one) => one === asked) ?? 'progress'
  if (view === 'certificate') return <CertificatePage study={study} />
  return (
    <>
      <StudyHeader study={study}>
        <nav className={styles.views} aria-label={t('studyRun.views')}>
          {VIEWS.filter((one) => one !== 'coding' || study.state === 'unblinded').map((one) => (
            <Link key={one} to={`?view=${one}`} aria-current={one === view ? 'page' : undefined}>
              {t(`studyRun.view.${one}`)}
            </Link>
          ))}
          <Link to={`/reports/study/${study.key}/`}>{t('studyRun.reports')}</Link>
        </nav>
        <CopyButton study={study} />
      </StudyHeader>
      {view === 'audit' ? (
        <AuditTrail study={study} />
      ) : (
        <div className={styles.content} data-testid={`view-${view}`}>
          {view === 'progress' && <ProgressView study={study} />}
          {view === 'cases' && (
            <>
              <CaseFlow study={study} />
              <section className={setup.section}>
                <h2>{t('studyCases.inStudy')}</h2>
                <CaseTable study={study} />
              </section>
            </>
          )}
          {view === 'reference' && <ReferenceOverview study={study.key} />}
          {view === 'coding' && <CodingOverview study={study.key} />}
          {view === 'members' && (
            <>
              <section className={setup.section}>
                <h2>{t('studyPeople.readers')}</h2>
                <MemberTable study={study} parts={['reader']} />
              </section>
              <section className={setup.section}>
                <h2>{t('studyPeople.others')}</h2>
                <MemberTable study={study} parts={['investigator', 'deputy', 'tagger', 'coder', 'adjudicator']} />
                <NewMember study={study} parts={['coder', 'adjudicator', 'tagger', 'deputy']} />
              </section>
              <Waivers study={study} />
            </>
          )}
          {view === 'protocol' && <ProtocolView study={study} />}
        </div>
      )}
    </>
  )
}
