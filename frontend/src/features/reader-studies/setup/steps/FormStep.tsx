import { useTranslation } from 'react-i18next'

import { useDraft } from '../../draft/context'
import { TextField } from '../../fields/Field'
import { FormEditor } from '../../form/FormEditor'
import { FormPreview } from '../../form/FormPreview'
import styles from '../Setup.module.css'
import form from '../../form/Form.module.css'

const TOLD = ['prevalence', 'clinical_facts', 'instructions'] as const

/** What every reader is told, the same for all; what they are asked, and how it looks to them. */
export function FormStep() {
  const { t } = useTranslation()
  const { protocol, change } = useDraft()
  return (
    <>
      <section className={styles.section}>
        <h2>{t('studyForm.told')}</h2>
        <p className={styles.intro}>{t('studyForm.toldIntro')}</p>
        {TOLD.map((one) => (
          <TextField key={one} label={t(`studyForm.toldOf.${one}`)} hint={t(`studyForm.toldHint.${one}`)} field={`told.${one}`} value={protocol.told[one]} rows={2} maxLength={10_000} wide onChange={(value) => change(['told', one], value)} />
        ))}
      </section>
      <section className={styles.section}>
        <h2>{t('studyForm.title')}</h2>
        <p className={styles.intro}>{t('studyForm.intro')}</p>
        <div className={form.sides}>
          <FormEditor />
          <FormPreview form={protocol.form} lroc={protocol.design.lroc} />
        </div>
      </section>
    </>
  )
}
