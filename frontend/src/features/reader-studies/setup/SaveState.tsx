import { useContext } from 'react'
import { useTranslation } from 'react-i18next'

import { localTime } from '@/shared/ages'
import { Button } from '@/shared/ui/Button'

import { fetchStudy } from '../api/studies'
import { DraftContext, useDraft } from '../draft/context'
import styles from './Setup.module.css'

/** Whether what stands here is stored; where two people changed the same draft, what to do about it. */
export function SaveState({ studyKey }: { studyKey: string }) {
  const { t, i18n } = useTranslation()
  const draft = useContext(DraftContext)
  const { standing, savedAt, failure } = useDraft()
  const settle = async (keep: 'ours' | 'theirs') => {
    const { desk } = await fetchStudy(studyKey)
    if (desk) await draft?.settle(desk, keep)
  }
  const time = savedAt ? localTime(savedAt.toISOString(), i18n.language).split(' ').at(-1) : null
  return (
    <div className={styles.save} role="status" data-standing={standing} data-testid="save-state">
      {standing === 'conflict' ? (
        <>
          <p>{t('studySetup.save.conflict')}</p>
          <div className={styles.row}>
            <Button onClick={() => void settle('theirs')}>{t('studySetup.save.theirs')}</Button>
            <Button onClick={() => void settle('ours')}>{t('studySetup.save.ours')}</Button>
          </div>
        </>
      ) : standing === 'saved' && time ? (
        t('studySetup.save.savedAt', { time })
      ) : standing === 'refused' ? (
        `${t('studySetup.save.refused')} ${failure}`
      ) : (
        t(`studySetup.save.${standing}`)
      )}
    </div>
  )
}
