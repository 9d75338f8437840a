import { useTranslation } from 'react-i18next'

import { Button } from '@/shared/ui/Button'

import { useDraft, useProblems } from '../../draft/context'
import { SelectField, TextField } from '../../fields/Field'
import { NumberField } from '../../fields/NumberField'
import { inLanguage } from '../../form/rules'
import { addCategory, movedCategory, orderOf, PAPER_CATEGORIES, removedCategory } from '../../protocol/categories'
import type { Category } from '../../protocol/types'
import styles from '../Setup.module.css'

/** What becomes of readings when a case or a reader leaves. */
export function LeavingRules() {
  const { t } = useTranslation()
  const { protocol, change } = useDraft()
  const { rules } = protocol
  return (
    <div className={styles.row}>
      <SelectField
        label={t('studySetup.rules.withdrawnCase')}
        value={rules.withdrawn_case}
        options={(['exclude_readings', 'keep_submitted'] as const).map((one) => [one, t(`studySetup.rules.case.${one}`)])}
        onChange={(value) => change(['rules', 'withdrawn_case'], value)}
      />
      <SelectField
        label={t('studySetup.rules.replacedReader')}
        value={rules.replaced_reader}
        options={(['drop_readings', 'keep_submitted'] as const).map((one) => [one, t(`studySetup.rules.reader.${one}`)])}
        onChange={(value) => change(['rules', 'replaced_reader'], value)}
      />
    </div>
  )
}

/** Hit radius and when coders are adjudicated: fixed before opening. */
export function CodingFacts() {
  const { t } = useTranslation()
  const { protocol, change } = useDraft()
  const { coding } = protocol
  return (
    <div className={styles.fields}>
      <NumberField label={t('studySetup.rules.hitRadius')} hint={t('studySetup.rules.hitRadiusHint')} field="coding.hit_radius_mm" unit="mm" value={coding.hit_radius_mm} least={0.1} most={100} whole={false} onChange={(value) => change(['coding', 'hit_radius_mm'], value)} />
      <SelectField
        label={t('studySetup.rules.adjudicate')}
        value={coding.adjudicate}
        options={(['primary', 'any'] as const).map((one) => [one, t(`studySetup.rules.adjudicated.${one}`)])}
        onChange={(value) => change(['coding', 'adjudicate'], value)}
      />
    </div>
  )
}

/** The order in which causes of an error count, and causes of the study's own. `kept`: keys that were named and stay. */
export function Categories({ kept = [] }: { kept?: readonly string[] }) {
  const { t } = useTranslation()
  const problems = useProblems('coding')
  return (
    <>
      <p className={styles.intro}>{t('studySetup.rules.precedence')}</p>
      <div className={styles.halves}>
        <Precedence error="false_positive" kept={kept} />
        <Precedence error="false_negative" kept={kept} />
      </div>
      {problems.map((one) => (
        <p key={one.detail} className={styles.problem} role="alert">
          {one.detail}
        </p>
      ))}
    </>
  )
}

function Precedence({ error, kept }: { error: Category['error']; kept: readonly string[] }) {
  const { t, i18n } = useTranslation()
  const { protocol, change } = useDraft()
  const { coding } = protocol
  const order = orderOf(coding, error)
  const own = (key: string) => coding.categories.findIndex((one) => one.key === key)
  const name = (key: string) => (PAPER_CATEGORIES[error].includes(key) ? t(`studySetup.category.${key}`) : inLanguage(coding.categories[own(key)]?.name ?? {}, i18n.language) || key)
  return (
    <section>
      <h3 className={styles.small}>{t(`studySetup.rules.${error}`)}</h3>
      <ol className={styles.ordered}>
        {order.map((key, index) => {
          const mine = own(key) >= 0 && !kept.includes(key)
          return (
            <li key={key}>
              {mine ? <OwnCategory at={own(key)} /> : <span>{name(key)}</span>}
              <span className={styles.movers}>
                <Button look="quiet" aria-label={t('studySetup.up', { name: name(key) })} disabled={index === 0} onClick={() => change(['coding'], movedCategory(coding, error, index, -1))}>
                  ↑
                </Button>
                <Button look="quiet" aria-label={t('studySetup.down', { name: name(key) })} disabled={index === order.length - 1} onClick={() => change(['coding'], movedCategory(coding, error, index, 1))}>
                  ↓
                </Button>
                {mine && (
                  <Button look="quiet" aria-label={`${t('studies.remove')}: ${name(key)}`} onClick={() => change(['coding'], removedCategory(coding, key))}>
                    ×
                  </Button>
                )}
              </span>
            </li>
          )
        })}
      </ol>
      <Button onClick={() => change(['coding'], addCategory(coding, error, { en: 'New category', zh: '新类别' }))}>{t('studySetup.rules.addCategory')}</Button>
    </section>
  )
}

function OwnCategory({ at }: { at: number }) {
  const { t } = useTranslation()
  const { protocol, change } = useDraft()
  const category = protocol.coding.categories[at]
  if (!category) return null
  const set = (part: 'name' | 'definition', language: string, text: string) => change(['coding', 'categories', at, part], { ...category[part], [language]: text })
  return (
    <span className={styles.own}>
      {(['name', 'definition'] as const).flatMap((part) =>
        (['en', 'zh'] as const).map((language) => (
          <TextField key={`${part} ${language}`} label={t(`studySetup.rules.${part}`, { language: t(`studyForm.language.${language}`) })} value={category[part][language] ?? ''} lang={language} maxLength={2000} onChange={(text) => set(part, language, text)} />
        )),
      )}
    </span>
  )
}
