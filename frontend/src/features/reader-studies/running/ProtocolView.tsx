import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { localTime, utcTime } from '@/shared/ages'
import { Button } from '@/shared/ui/Button'
import { Facts } from '@/shared/ui/Facts'
import { Found } from '@/shared/ui/Page'
import table from '@/shared/ui/Table.module.css'

import { useTimetable } from '../api/studies'
import { FormPreview } from '../form/FormPreview'
import { inLanguage } from '../form/rules'
import setup from '../setup/Setup.module.css'
import { useAnalysisWords } from '../setup/useAnalysisWords'
import type { AtDesk } from '../study/StudyPage'
import { Timetable } from '../timetable/Timetable'
import { Amend } from './Amend'
import styles from './Running.module.css'

/** The protocol in force, in words; its versions; what was signed. */
export function ProtocolView({ study }: { study: AtDesk }) {
  const { t } = useTranslation()
  const [amending, setAmending] = useState(false)
  const { desk } = study
  const timetable = useTimetable(study.key, desk.revision)
  if (amending) return <Amend study={study} onDone={() => setAmending(false)} />
  return (
    <>
      <div className={`${setup.actions} ${styles.above}`}>
        <Button onClick={() => setAmending(true)} data-testid="amend">
          {t('studyRun.amend')}
        </Button>
        <span className={styles.muted}>{t('studyRun.amendHint')}</span>
      </div>
      <InWords study={study} />
      <section className={setup.section}>
        <h2>{t('studySetup.design.timetable')}</h2>
        <Found found={timetable}>{(found) => <Timetable found={found} arms={desk.protocol.design.arms} />}</Found>
        <p className={styles.muted}>{t('studyRun.seed', { seed: desk.seed ?? '—' })}</p>
      </section>
      <Versions study={study} />
      <Signatures study={study} />
      <section className={setup.section}>
        <h2>{t('studyForm.title')}</h2>
        <div className={styles.narrow}>
          <FormPreview form={desk.protocol.form} lroc={desk.protocol.design.lroc} />
        </div>
      </section>
    </>
  )
}

function InWords({ study }: { study: AtDesk }) {
  const { t, i18n } = useTranslation()
  const { protocol, added_analyses: added } = study.desk
  const sentence = useAnalysisWords(protocol.design)
  const { aim, told, design, coding, rules } = protocol
  const analyses = aim.analyses.map((one) => [sentence(one), one.key === aim.primary && `(${t('studySetup.aim.primary')})`, added.includes(one.key) && `(${t('studyRun.added')})`].filter(Boolean).join(' '))
  return (
    <section className={setup.section}>
      <h2>{t('studyRun.view.protocol')}</h2>
      <Facts
        facts={[
          [t('studySetup.aim.hypothesis'), [aim.hypothesis || '—']],
          [t('studySetup.aim.analyses'), analyses],
          [t('studySetup.aim.alpha'), [`${aim.alpha}, ${t(`studySetup.correction.${aim.correction}`)}`]],
          [t('studySetup.step.design'), [t(`studySetup.kind.${design.kind}`), ...design.arms.map((arm) => inLanguage(arm.name, i18n.language))]],
          [t('studyForm.told'), [told.prevalence, told.clinical_facts, told.instructions]],
          [t('studySetup.rules.title'), [t('studyRun.hitRadius', { mm: coding.hit_radius_mm }), `${t('studySetup.rules.withdrawnCase')}: ${t(`studySetup.rules.case.${rules.withdrawn_case}`)}`, `${t('studySetup.rules.replacedReader')}: ${t(`studySetup.rules.reader.${rules.replaced_reader}`)}`]],
        ]}
      />
    </section>
  )
}

function Versions({ study }: { study: AtDesk }) {
  const { t, i18n } = useTranslation()
  return (
    <section className={setup.section}>
      <h2>{t('studyRun.versions')}</h2>
      <table className={table.table} data-testid="versions">
        <tbody>
          {study.desk.versions.map((one) => (
            <tr key={one.version}>
              <th scope="row">{t('studyRun.version', { number: one.version })}</th>
              <td title={`${utcTime(one.made_at)} UTC`}>{localTime(one.made_at, i18n.language)}</td>
              <td>{one.made_by}</td>
              <td>{one.reason || t('studyRun.atOpening')}</td>
              <td className={styles.hash} title="SHA-256">
                {one.sha256.slice(0, 16)}…
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Signatures({ study }: { study: AtDesk }) {
  const { t, i18n } = useTranslation()
  const said = (act: string) => t(`studySign.act.${act}`)
  return (
    <section className={setup.section}>
      <h2>{t('studyRun.signatures')}</h2>
      <table className={table.table} data-testid="signatures">
        <tbody>
          {study.desk.signatures.map((one) => (
            <tr key={`${one.act} ${one.signed_at}`}>
              <th scope="row">{said(one.act)}</th>
              <td title={`${utcTime(one.signed_at)} UTC`}>{localTime(one.signed_at, i18n.language)}</td>
              <td>{one.signed_name}</td>
              <td>
                {one.statement} {one.reason && <span className={styles.muted}>{one.reason}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
