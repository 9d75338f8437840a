import { useTranslation } from 'react-i18next'

import { Button } from '@/shared/ui/Button'

import { TextField } from '../fields/Field'
import { moved, put, without } from '../protocol/patch'
import type { Option } from '../protocol/types'
import styles from './Form.module.css'
import { newOption } from './rules'

/** What can be chosen, in order, in two languages. */
export function Options({ options, onChange }: { options: Option[]; onChange: (options: Option[]) => void }) {
  const { t } = useTranslation()
  return (
    <fieldset className={styles.options}>
      <legend>{t('studyForm.options')}</legend>
      {options.map((option, index) => (
        <div key={option.key} className={styles.option}>
          {(['en', 'zh'] as const).map((language) => (
            <TextField key={language} label={t('studyForm.option', { number: index + 1, language: t(`studyForm.language.${language}`) })} lang={language} value={option.label[language] ?? ''} maxLength={2000} onChange={(text) => onChange(put(options, [index, 'label'], { ...option.label, [language]: text }))} />
          ))}
          <span className={styles.movers}>
            <Button look="quiet" aria-label={t('studySetup.up', { name: option.label.en ?? option.key })} disabled={index === 0} onClick={() => onChange(moved(options, index, -1))}>
              ↑
            </Button>
            <Button look="quiet" aria-label={t('studyForm.remove', { name: option.label.en ?? option.key })} disabled={options.length === 1} onClick={() => onChange(without(options, index))}>
              ×
            </Button>
          </span>
        </div>
      ))}
      <Button onClick={() => onChange([...options, newOption(options, { en: `Option ${options.length + 1}`, zh: `选项 ${options.length + 1}` })])}>{t('studyForm.addOption')}</Button>
    </fieldset>
  )
}
