import { useTranslation } from 'react-i18next'

import styles from './Brand.module.css'

export function Brand() {
  const { t } = useTranslation()
  return (
    <span className={styles.brand}>
      <span className={styles.mark} aria-hidden="true">
        ◧
      </span>
      {t('shared.brand')}
    </span>
  )
}
