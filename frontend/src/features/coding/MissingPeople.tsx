import { useTranslation } from 'react-i18next'

import type { MissingPeople as Missing } from './api'
import styles from './MissingPeople.module.css'

/** Who is still to be named before the first code can be locked; nothing where nobody is. */
export function MissingPeople({ missing }: { missing: Missing | null }) {
  const { t } = useTranslation()
  if (!missing) return null
  const who = [missing.coders > 0 && t('coding.team.coders', { count: missing.coders }), missing.adjudicator && t('coding.team.adjudicator')].filter(Boolean)
  return (
    <p className={styles.missing} role="note" data-testid="coding-missing">
      {t('coding.team.needed', { missing: who.join(t('coding.comma')) })}
    </p>
  )
}
