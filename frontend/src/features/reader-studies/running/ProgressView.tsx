import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { ageOf, localTime } from '@/shared/ages'
import { Button } from '@/shared/ui/Button'
import { Card } from '@/shared/ui/Card'
import { Found } from '@/shared/ui/Page'
import table from '@/shared/ui/Table.module.css'
import { useNow } from '@/shared/useNow'
import { useRefusal } from '@/shared/useRefusal'
import { useSaid } from '@/shared/useSaid'

import { useProgress, useRemind } from '../api/studies'
import type { Act, ReaderProgress, Reminded } from '../api/types'
import setup from '../setup/Setup.module.css'
import { ActDialog } from '../sign/ActDialog'
import type { AtDesk } from '../study/StudyPage'
import { Meter } from '../ui/Meter'
import { Matrix } from './Matrix'
import { NextSteps } from './NextSteps'
import styles from './Running.module.css'

/** How far everybody is, by states alone; what can be done now, each with its meaning. */
export function ProgressView({ study }: { study: AtDesk }) {
  const { t } = useTranslation()
  const progress = useProgress(study.key)
  return (
    <div className={styles.top}>
      <section className={setup.section}>
        <h2>{t('studyRun.readers')}</h2>
        <Found found={progress}>{(found) => <Readers study={study} readers={found.readers} />}</Found>
        <h2>{t('studyRun.matrix')}</h2>
        <p className={setup.intro}>{t('studyRun.matrixIntro')}</p>
        <Found found={progress}>{(found) => <Matrix progress={found} arms={study.desk.protocol.design.arms} />}</Found>
      </section>
      <div>
        <Acts study={study} />
        <NextSteps study={study} />
      </div>
    </div>
  )
}

function Readers({ study, readers }: { study: AtDesk; readers: ReaderProgress[] }) {
  const { t } = useTranslation()
  const remind = useRemind(study.key)
  const refusal = useRefusal('studies')
  const canRemind = study.state === 'open'
  return (
    <>
      <table className={`${table.table} ${styles.readers}`} data-testid="readers">
        <thead>
          <tr>
            {(['reader', 'progress', 'active', 'reminded'] as const).map((one) => (
              <th key={one} scope="col">
                {t(`studyRun.column.${one}`)}
              </th>
            ))}
            <th scope="col">
              <span className="visually-hidden">{t('studyCases.column.change')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {readers.map((one) => (
            <tr key={one.key}>
              <th scope="row">
                {one.name} <span className={styles.muted}>{[t(`studies.seniority.${one.seniority}`), one.simulated && t('studyPeople.simulated'), one.ended && t('studyRun.left')].filter(Boolean).join(' · ')}</span>
              </th>
              <td>
                <Meter done={one.done} total={one.total} label={t('studies.progress', { done: one.done, total: one.total })} />
                {one.practice_total > 0 && <span className={styles.practiced}>{t('studyRun.practice', { done: one.practice_done, total: one.practice_total })}</span>}
              </td>
              <td>
                <Ago at={one.last_active_at} />
              </td>
              <td>
                <Ago at={one.reminded_at} />
              </td>
              <td>
                {canRemind && !one.ended && !one.simulated && one.done < one.total && (
                  <Button look="quiet" disabled={remind.isPending} onClick={() => remind.mutate([one.key])}>
                    {t('studyRun.remind')}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {canRemind && readers.length > 1 && (
        <div className={setup.actions}>
          <Button disabled={remind.isPending} onClick={() => remind.mutate([])}>
            {t('studyRun.remindAll')}
          </Button>
          {!study.desk.mail && <p className={styles.muted}>{t('studyRun.noMail')}</p>}
        </div>
      )}
      {remind.data && <RemindedList reminded={remind.data} />}
      {remind.error && (
        <p className={setup.problem} role="alert">
          {refusal(remind.error)}
        </p>
      )}
    </>
  )
}

function RemindedList({ reminded }: { reminded: Reminded[] }) {
  const { t } = useTranslation()
  const said = useSaid()
  return (
    <ul role="status">
      {reminded.map((one) => (
        <li key={one.member}>
          {one.name}: {one.sent ? t('studyRun.remindedNow') : said(one.why)}
        </li>
      ))}
    </ul>
  )
}

function Ago({ at }: { at: string | null }) {
  const { t, i18n } = useTranslation()
  const now = useNow(30)
  if (!at) return <span className={styles.muted}>—</span>
  const { unit, count } = ageOf(at, now)
  return <span title={localTime(at, i18n.language)}>{t(`shared.age.${unit}`, { count })}</span>
}

function Acts({ study }: { study: AtDesk }) {
  const { t } = useTranslation()
  const said = useSaid()
  const [signing, setSigning] = useState<Act | null>(null)
  // What lies behind is not offered; what lies ahead is, with the reason why it must wait.
  const shown = study.desk.acts.filter((one) => one.possible || AHEAD[study.state]?.includes(one.act))
  if (shown.length === 0) return null
  return (
    <Card title={t('studySign.acts')} data-testid="acts">
      <div className={styles.acts}>
        {shown.map((one) => (
          <div key={one.act} className={styles.act}>
            <Button disabled={!one.possible} onClick={() => setSigning(one)} data-testid={`act-${one.act}`}>
              {t(`studySign.word.${one.act}`)}
            </Button>
            <p className={styles.muted}>{one.possible ? t(`studySign.means.${one.act}`) : t(`studySign.why.${one.code}`, { defaultValue: said(one.detail) })}</p>
          </div>
        ))}
      </div>
      {signing && <ActDialog study={study} act={signing} onClose={() => setSigning(null)} />}
    </Card>
  )
}

const AHEAD: Partial<Record<AtDesk['state'], Act['act'][]>> = { open: ['lock'], closed: ['unblind'] }
