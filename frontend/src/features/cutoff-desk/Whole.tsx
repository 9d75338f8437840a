import { useTranslation } from 'react-i18next'

import { Card } from '@/shared/ui/Card'
import card from '@/shared/ui/Card.module.css'

import type { Figures } from './arithmetic'
import { percent, withLimits, written } from './numbers'
import styles from './Whole.module.css'

/** What the two cutoffs are worth on these patients, always labelled: they were chosen while looking at them. */
export function Whole({ figures, currency, exchangeCurrency }: { figures: Figures; currency: string; exchangeCurrency: string }) {
  const { t, i18n } = useTranslation()
  const money = (value: number) => written(value, i18n.language)
  return (
    <Card title={t('cutoffs.apparent')} data-testid="whole">
      <dl className={styles.whole}>
        {(['sensitivity', 'specificity', 'spared'] as const).map((name) => (
          <div key={name}>
            <dt>{t(`cutoffs.whole.${name}`)}</dt>
            <dd data-testid={`whole-${name}`}>
              <b>{withLimits(figures[name], (value) => written(100 * value, i18n.language, 1), '')}</b> % <small>{t('cutoffs.whole.of', { count: figures[name].count, n: figures[name].n })}</small>
            </dd>
          </div>
        ))}
        {figures.tiers && (
          <>
            <div>
              <dt>{t('cutoffs.whole.cost', { currency })}</dt>
              <dd data-testid="whole-cost">
                <b>{money(figures.saved.cost)}</b>{' '}
                <small>
                  = {money(figures.saved.exchanged)} {exchangeCurrency}; {percent(figures.saved.cost / figures.conventional.cost, i18n.language)} {t('cutoffs.whole.against')}
                </small>
              </dd>
            </div>
            <div>
              <dt>{t('cutoffs.whole.hours')}</dt>
              <dd data-testid="whole-hours">
                <b>{written(figures.saved.hours, i18n.language, 1)}</b>
              </dd>
            </div>
          </>
        )}
      </dl>
      <p className={card.muted}>{t('cutoffs.apparentWhy')}</p>
    </Card>
  )
}
