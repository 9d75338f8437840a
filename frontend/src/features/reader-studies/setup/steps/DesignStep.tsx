import { useTranslation } from 'react-i18next'

import { Button } from '@/shared/ui/Button'
import { Found } from '@/shared/ui/Page'

import { usePresets, useTimetable } from '../../api/studies'
import { useDraft, useProblems } from '../../draft/context'
import { CheckField, RadioCards, SelectField } from '../../fields/Field'
import { NumberField } from '../../fields/NumberField'
import { inLanguage } from '../../form/rules'
import { addArm, asKind, DESIGNS, hasOneArm, MOST_ARMS } from '../../protocol/design'
import { same } from '../../protocol/patch'
import { aimWith } from '../../protocol/presets'
import { Timetable } from '../../timetable/Timetable'
import type { StepProps } from '../Setup'
import styles from '../Setup.module.css'
import { Arms } from './Arms'
import { BlockSizes } from './BlockSizes'

/** What may be seen, and in which sessions: presets first, then each part of it, and what it means for each reader. */
export function DesignStep({ study }: StepProps) {
  const { t } = useTranslation()
  const { protocol, change } = useDraft()
  const problems = useProblems('design').filter((one) => one.field === 'design')
  const { design, order } = protocol
  const nameOf = (number: number) => ({ en: `Arm ${number}`, zh: `方案 ${number}` })
  return (
    <>
      <Presets />
      <section className={styles.section}>
        <h2>{t('studySetup.design.timetable')}</h2>
        <Drawn study={study} />
      </section>
      <section className={styles.section}>
        <h2>{t('studySetup.design.title')}</h2>
        {problems.map((one) => (
          <p key={one.detail} className={styles.problem} role="alert">
            {one.detail}
          </p>
        ))}
        <RadioCards
          legend={t('studySetup.design.kind')}
          value={design.kind}
          options={DESIGNS.map((value) => ({ value, label: t(`studySetup.kind.${value}`), hint: t(`studySetup.kindHint.${value}`) }))}
          onChange={(kind) => change(['design'], asKind(design, kind, nameOf))}
        />
        <Arms />
        {!hasOneArm(design.kind) && design.arms.length < MOST_ARMS && (
          <div>
            <Button onClick={() => change(['design'], addArm(design, nameOf(design.arms.length + 1)))}>{t('studySetup.design.addArm')}</Button>
          </div>
        )}
        <div className={styles.row}>
          {!hasOneArm(design.kind) && (
            <NumberField label={t('studySetup.design.washout')} hint={t('studySetup.design.washoutHint')} field="design.washout_days" unit={t('studySetup.days')} value={design.washout_days} least={28} most={1000} onChange={(value) => change(['design', 'washout_days'], value)} />
          )}
          {design.kind === 'split_plot' && <NumberField label={t('studySetup.design.groups')} field="design.groups" value={design.groups} least={2} most={20} onChange={(value) => change(['design', 'groups'], value)} />}
          <SelectField
            label={t('studySetup.design.lock')}
            hint={t(`studySetup.design.lockHint.${design.lock}`)}
            value={design.lock}
            options={(['reading', 'session'] as const).map((one) => [one, t(`studySetup.design.lockOf.${one}`)])}
            onChange={(value) => change(['design', 'lock'], value)}
          />
          <NumberField label={t('studySetup.design.repeats')} hint={t('studySetup.design.repeatsHint')} field="order.repeats" value={order.repeats} least={0} most={200} onChange={(value) => change(['order', 'repeats'], value)} />
          <BlockSizes />
        </div>
        <CheckField label={t('studySetup.design.lroc')} hint={t('studySetup.design.lrocHint')} checked={design.lroc} onChange={(value) => change(['design', 'lroc'], value)} />
      </section>
    </>
  )
}

function Presets() {
  const { t, i18n } = useTranslation()
  const { protocol, change } = useDraft()
  const presets = usePresets()
  return (
    <section className={styles.section}>
      <h2>{t('studySetup.design.presets')}</h2>
      <p className={styles.intro}>{t('studySetup.design.presetsIntro')}</p>
      <Found found={presets}>
        {(all) => (
          <div className={styles.actions}>
            {all.map((one) => {
              const used = same(one.protocol.design, protocol.design) && same(one.protocol.order, protocol.order)
              return (
                <Button
                  key={one.key}
                  aria-pressed={used}
                  look={used ? 'primary' : 'plain'}
                  title={inLanguage(one.description, i18n.language)}
                  onClick={() => {
                    change(['aim'], aimWith(protocol.aim, one.protocol, all.map((other) => other.protocol)))
                    change(['design'], one.protocol.design)
                    change(['order'], one.protocol.order)
                  }}
                >
                  {inLanguage(one.name, i18n.language)}
                </Button>
              )
            })}
          </div>
        )}
      </Found>
    </section>
  )
}

function Drawn({ study }: StepProps) {
  const { t } = useTranslation()
  const { protocol } = useDraft()
  const timetable = useTimetable(study.key, study.desk.revision)
  const { positive, negative } = protocol.targets
  if (study.desk.counts.included + positive + negative === 0) return <p className={styles.muted}>{t('studySetup.design.nothingYet')}</p>
  return (
    <Found found={timetable}>
      {(found) => (
        <>
          {found.problem && <p className={styles.problem}>{found.problem}</p>}
          <Timetable found={found} arms={protocol.design.arms} />
        </>
      )}
    </Found>
  )
}
