import { useTranslation } from 'react-i18next'

import styles from './SyntheticBand.module.css'

/** The quiet, permanent band wherever a result came from synthetic data or a demonstration model. */
export function SyntheticBand() {
  const { t } = useTranslation()
  return (
    <p className={styles.band} role="note" data-testid="synthetic-band">
      {t('shared.synthetic')}
    </p>
  )
}
