import { useTranslation } from 'react-i18next'

import type { Pair } from './api'
import styles from './Panel.module.css'

/** Agreement so far, one line for each pair of coders and kind of error; nothing where nothing was coded twice. */
export function AgreementLines({ pairs }: { pairs: readonly Pair[] }) {
  const { t } = useTranslation()
  if (pairs.length === 0) return null
  return (
    <section className={styles.section} data-testid="agreement">
      <h2>{t('coding.agreement.title')}</h2>
      {pairs.map((pair) => (
        <p key={`${pair.first}-${pair.second}-${pair.error}`} className={styles.note}>
          <AgreementLine pair={pair} />
        </p>
      ))}
    </section>
  )
}

export function AgreementLine({ pair }: { pair: Pair }) {
  const { t } = useTranslation()
  const { value, low, high, n } = pair.kappa
  const who = t('coding.agreement.pair', { first: pair.first, second: pair.second, error: t(`coding.error.${pair.error}`) })
  if (value === null) return <>{`${who}: ${t('coding.agreement.none', { n })}`}</>
  const said =
    low === null || high === null
      ? t('coding.agreement.point', { value: value.toFixed(2), n })
      : t('coding.agreement.kappa', { value: value.toFixed(2), low: low.toFixed(2), high: high.toFixed(2), n })
  return <span title={t('coding.agreement.method')}>{`${who}: ${said}`}</span>
}
