import { useTranslation } from 'react-i18next'

import { Button } from '@/shared/ui/Button'

import { useDraft } from '../../draft/context'
import { CheckField, SelectField, TextField } from '../../fields/Field'
import { hasOneArm, removeArm } from '../../protocol/design'
import type { Arm } from '../../protocol/types'
import { armLetter } from '../../timetable/layout'
import styles from '../Setup.module.css'

/** The arms: which images, whether AI, whether an earlier examination may be seen. */
export function Arms() {
  const { t } = useTranslation()
  const { protocol, change } = useDraft()
  const { design } = protocol
  const letters = design.arms.map((arm) => arm.key)
  return (
    <ol className={styles.cards} aria-label={t('studySetup.design.arms')}>
      {design.arms.map((arm, index) => (
        <li key={arm.key} className={styles.card}>
          <header className={styles.cardHead}>
            <strong>{t('studySetup.design.armLetter', { letter: armLetter(letters, arm.key) })}</strong>
            {!hasOneArm(design.kind) && design.arms.length > 2 && (
              <Button look="quiet" onClick={() => change(['design'], removeArm(design, index))}>
                {t('studies.remove')}
              </Button>
            )}
          </header>
          <ArmFields arm={arm} index={index} />
        </li>
      ))}
    </ol>
  )
}

function ArmFields({ arm, index }: { arm: Arm; index: number }) {
  const { t } = useTranslation()
  const { protocol, change } = useDraft()
  const set = (value: Partial<Arm>) => change(['design', 'arms', index], { ...arm, ...value })
  const sequential = protocol.design.kind === 'sequential'
  return (
    <>
      <div className={styles.row}>
        {(['en', 'zh'] as const).map((language) => (
          <TextField key={language} label={t('studySetup.design.armName', { language: t(`studyForm.language.${language}`) })} field={language === 'en' ? `design.arms.${index}.name` : `design.arms.${index}.name.zh`} lang={language} value={arm.name[language] ?? ''} maxLength={200} onChange={(text) => set({ name: { ...arm.name, [language]: text } })} />
        ))}
        <SelectField
          label={t('studySetup.design.images')}
          value={arm.images}
          options={(['unenhanced', 'complete'] as const).map((one) => [one, t(`studySetup.images.${one}`)])}
          onChange={(images) => set({ images })}
        />
      </div>
      <CheckField label={t('studySetup.design.ai')} hint={t(sequential ? 'studySetup.design.aiSequential' : 'studySetup.design.aiHint')} checked={arm.ai} disabled={sequential} onChange={(ai) => set({ ai })} />
      <CheckField label={t('studySetup.design.prior')} hint={t('studySetup.design.priorHint')} checked={arm.prior} onChange={(prior) => set({ prior })} />
    </>
  )
}
