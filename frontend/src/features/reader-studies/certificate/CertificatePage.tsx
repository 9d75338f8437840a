import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import { Button } from '@/shared/ui/Button'
import { Found } from '@/shared/ui/Page'

import { useCertificate } from '../api/studies'
import type { AtDesk } from '../study/StudyPage'
import styles from './Certificate.module.css'
import { CertificateView } from './CertificateView'

/** The blinding certificate on white, for printing and signing by hand. */
export function CertificatePage({ study }: { study: AtDesk }) {
  const { t } = useTranslation()
  const certificate = useCertificate(study.key)
  return (
    <div className={styles.page}>
      <div className={styles.sheet}>
        <div className={styles.tools}>
          <Link to="?">‹ {study.title}</Link>
          <Button onClick={() => window.print()}>{t('studyBlinding.printNow')}</Button>
        </div>
        {study.synthetic && <p>{t('studies.synthetic')}</p>}
        <Found found={certificate}>
          {(found) => (
            <>
              <h1>{t('studyBlinding.certificate')}</h1>
              <p>
                {found.study.title} · {t('studyBlinding.revision', { key: found.study.key, revision: found.study.revision })}
              </p>
              <CertificateView certificate={found} />
              <p className={styles.muted}>{t('studyBlinding.limits')}</p>
              <div className={styles.sign}>
                <span>{t('studyBlinding.nameDate')}</span>
                <span>{t('studyBlinding.handSigned')}</span>
              </div>
            </>
          )}
        </Found>
      </div>
    </div>
  )
}
