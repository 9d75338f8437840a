import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import { Button } from '@/shared/ui/Button'
import { useRefusal } from '@/shared/useRefusal'
import { useSaid } from '@/shared/useSaid'

import { Findings } from '../../check/Findings'
import { useRunCheck } from '../../check/useRunCheck'
import { useDraft } from '../../draft/context'
import { ActDialog } from '../../sign/ActDialog'
import type { StepProps } from '../Setup'
import styles from '../Setup.module.css'

/** The last step: what the check says, what opening means, and the signature. */
export function OpenStep({ study }: StepProps) {
  const { t } = useTranslation()
  const said = useSaid()
  const refusal = useRefusal('studies')
  const { standing, flush } = useDraft()
  const check = useRunCheck(study.key)
  const [signing, setSigning] = useState(false)
  const { desk } = study
  const last = desk.check
  const act = desk.acts.find((one) => one.act === 'open')
  const run = async () => {
    await flush()
    check.mutate()
  }
  const ready = act?.possible && standing === 'saved'
  return (
    <>
      <section className={styles.section}>
        <h2>{t('studySign.checkTitle')}</h2>
        <p className={styles.intro}>{t('studySign.checkIntro')}</p>
        <div className={styles.actions}>
          <Button look={last?.current && last.fit ? 'plain' : 'primary'} disabled={check.isPending} onClick={() => void run()} data-testid="run-check">
            {t(check.isPending ? 'studyBlinding.checking' : last ? 'studyBlinding.checkAgain' : 'studyBlinding.checkNow')}
          </Button>
          {check.error && (
            <p className={styles.problem} role="alert">
              {refusal(check.error)}
            </p>
          )}
          {last?.current && <Link to="?view=certificate">{t('studyBlinding.print')}</Link>}
        </div>
        {last && <Findings report={last} />}
      </section>
      <section className={styles.section}>
        <h2>{t('studySign.act.open')}</h2>
        <p className={styles.intro}>{t('studySign.means.open')}</p>
        <div className={styles.actions}>
          <Button look={ready ? 'primary' : 'plain'} disabled={!ready} onClick={() => setSigning(true)} data-testid="sign-open">
            {t('studySign.word.open')}
          </Button>
          {act && !act.possible && <p className={styles.muted}>{t(`studySign.why.${act.code}`, { defaultValue: said(act.detail) })}</p>}
        </div>
      </section>
      {signing && act && <ActDialog study={study} act={act} onClose={() => setSigning(false)} />}
    </>
  )
}
