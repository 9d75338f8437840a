import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import { Button } from '@/shared/ui/Button'
import { Found } from '@/shared/ui/Page'
import { useRefusal } from '@/shared/useRefusal'

import { useCertificate } from '../../api/studies'
import { CertificateView } from '../../certificate/CertificateView'
import { Findings } from '../../check/Findings'
import { useRunCheck } from '../../check/useRunCheck'
import { useDraft } from '../../draft/context'
import { RadioCards } from '../../fields/Field'
import type { StepProps } from '../Setup'
import styles from '../Setup.module.css'

/** What becomes of dates; the check; and what a reader will see, header by header. */
export function BlindingStep({ study }: StepProps) {
  const { t } = useTranslation()
  const refusal = useRefusal('studies')
  const { protocol, change, flush } = useDraft()
  const check = useRunCheck(study.key)
  const last = study.desk.check
  const run = async () => {
    await flush()
    check.mutate()
  }
  return (
    <>
      <section className={styles.section}>
        <h2>{t('studyBlinding.title')}</h2>
        <p className={styles.intro}>{t('studyBlinding.intro')}</p>
        <RadioCards
          legend={t('studyBlinding.dates')}
          value={protocol.blinding.dates}
          options={(['removed', 'shifted'] as const).map((value) => ({ value, label: t(`studyBlinding.datesOf.${value}`), hint: t(`studyBlinding.datesHint.${value}`) }))}
          onChange={(value) => change(['blinding', 'dates'], value)}
        />
      </section>
      <section className={styles.section}>
        <h2>{t('studyBlinding.check')}</h2>
        <p className={styles.intro}>{t('studyBlinding.checkIntro')}</p>
        <div className={styles.actions}>
          <Button look={last?.current ? 'plain' : 'primary'} disabled={check.isPending} onClick={() => void run()} data-testid="run-check">
            {t(check.isPending ? 'studyBlinding.checking' : last ? 'studyBlinding.checkAgain' : 'studyBlinding.checkNow')}
          </Button>
          {check.error && (
            <p className={styles.problem} role="alert">
              {refusal(check.error)}
            </p>
          )}
        </div>
        {last && <Findings report={last} />}
      </section>
      {last?.current && <Seen study={study} />}
    </>
  )
}

function Seen({ study }: StepProps) {
  const { t } = useTranslation()
  const certificate = useCertificate(study.key)
  return (
    <section className={styles.section}>
      <h2>{t('studyBlinding.seen')}</h2>
      <p className={styles.intro}>
        {t('studyBlinding.seenIntro')} <Link to="?view=certificate">{t('studyBlinding.print')}</Link>
      </p>
      <Found found={certificate}>{(found) => <CertificateView certificate={found} />}</Found>
    </section>
  )
}
