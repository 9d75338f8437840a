import { useTranslation } from 'react-i18next'

import { Button } from '@/shared/ui/Button'

import { TextField } from '../fields/Field'
import { NumberField } from '../fields/NumberField'
import { put, without } from '../protocol/patch'
import type { Anchor } from '../protocol/types'
import styles from './Form.module.css'

/** Marks below a scale from 0 to 100, in words. */
export function Anchors({ anchors, onChange }: { anchors: Anchor[]; onChange: (anchors: Anchor[]) => void }) {
  const { t } = useTranslation()
  const free = [0, 100, 50, 25, 75].find((at) => !anchors.some((one) => one.at === at)) ?? 10
  return (
    <fieldset className={styles.options}>
      <legend>{t('studyForm.anchors')}</legend>
      {anchors.map((anchor, index) => (
        <div key={index} className={styles.option}>
          <NumberField label={t('studyForm.at')} value={anchor.at} least={0} most={100} onChange={(at) => onChange(put(anchors, [index, 'at'], at))} />
          {(['en', 'zh'] as const).map((language) => (
            <TextField key={language} label={t('studyForm.anchor', { language: t(`studyForm.language.${language}`) })} lang={language} value={anchor.label[language] ?? ''} maxLength={2000} onChange={(text) => onChange(put(anchors, [index, 'label'], { ...anchor.label, [language]: text }))} />
          ))}
          <Button look="quiet" aria-label={t('studyForm.remove', { name: String(anchor.at) })} onClick={() => onChange(without(anchors, index))}>
            ×
          </Button>
        </div>
      ))}
      {anchors.length < 11 && <Button onClick={() => onChange([...anchors, { at: free, label: { en: String(free) } }].sort((one, other) => one.at - other.at))}>{t('studyForm.addAnchor')}</Button>}
    </fieldset>
  )
}
