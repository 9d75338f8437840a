import { useTranslation } from 'react-i18next'

import { tierLook } from '@/shared/tier'
import { Card } from '@/shared/ui/Card'
import card from '@/shared/ui/Card.module.css'
import table from '@/shared/ui/Table.module.css'

import { type Counts, type Estimate, type Figures, TIERS, type TierFigures, type TierName } from './arithmetic'
import { percent, withLimits, written } from './numbers'
import styles from './TierTable.module.css'

type Props = { figures: Figures; currency: string; prevalence: number | null }
type Row = { name: string; key: string; of: (tier: TierName) => string; all: string; under?: (tier: TierName) => string | null }

/** The tiers as columns of numbers, per 1000 patients; the last column is everybody. */
export function TierTable({ figures, currency, prevalence }: Props) {
  const { t, i18n } = useTranslation()
  const { counts, tiers } = figures
  if (!tiers) return <Card title={t('cutoffs.table.title')}>{t('cutoffs.prevalence.oneKind')}</Card>
  const shown = TIERS.filter((tier) => tier !== 'none' || counts.none.cases > 0)
  const write = (value: number) => written(value, i18n.language, prevalence === null ? 0 : 1)
  const plain = (value: number) => written(value, i18n.language)
  const tenth = (value: number) => written(value, i18n.language, 1)
  const estimate = (one: Estimate, as = write) => withLimits(one, as, t('cutoffs.table.unbounded'))
  const sum = (of: (tier: TierFigures) => number) => TIERS.reduce((found, tier) => found + of(tiers[tier]), 0)
  const count = (of: (one: Counts[TierName]) => number) => TIERS.reduce((found, tier) => found + of(counts[tier]), 0)
  const diseased = count((one) => one.diseased)
  const per = (of: number) => (prevalence === null ? (1000 * of) / count((one) => one.cases) : (1000 * prevalence * of) / diseased)
  const rows: Row[] = [
    { key: 'patients', name: t('cutoffs.table.patients'), of: (tier) => estimate(tiers[tier].patients), all: plain(1000) },
    { key: 'count', name: t('cutoffs.table.count'), of: (tier) => plain(counts[tier].cases), all: plain(count((one) => one.cases)) },
    { key: 'diseased', name: t('cutoffs.table.diseased'), of: (tier) => estimate(tiers[tier].diseased), all: tenth(per(diseased)) },
    {
      key: 'detected',
      name: t('cutoffs.table.detected'),
      of: (tier) => (tier === 'negative' ? plain(0) : estimate(tiers[tier].detected)),
      under: (tier) => (tier === 'negative' ? t('cutoffs.table.wouldDetect', { value: estimate(tiers[tier].detected) }) : null),
      all: tenth(per(count((one) => one.detected))),
    },
    { key: 'missed', name: t('cutoffs.table.missed'), of: (tier) => tenth(tiers[tier].missed), all: tenth(sum((one) => one.missed)) },
    { key: 'spared', name: t('cutoffs.table.spared'), of: (tier) => tenth(tiers[tier].spared), all: tenth(sum((one) => one.spared)) },
    { key: 'exams', name: t('cutoffs.table.exams', { currency }), of: (tier) => plain(tiers[tier].exams), all: plain(figures.tactic.cost) },
    { key: 'cost', name: t('cutoffs.table.perDetected', { currency }), of: (tier) => estimate(tiers[tier].costPerDetected, plain), all: '' },
    { key: 'hours', name: t('cutoffs.table.hours'), of: (tier) => tenth(tiers[tier].hours), all: tenth(figures.tactic.hours) },
  ]
  return (
    <Card title={t('cutoffs.table.title')}>
      <div className={styles.scroll}>
        <table className={`${table.table} ${styles.tiers}`} data-testid="tiers">
          <thead>
            <tr>
              <th scope="col">{t('cutoffs.table.figure')}</th>
              {shown.map((tier) => (
                <TierHead key={tier} tier={tier} />
              ))}
              <th scope="col" className={table.number}>
                {t('cutoffs.table.all')}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.key}>
                <th scope="row">{row.name}</th>
                {shown.map((tier) => (
                  <td key={tier} className={table.number} data-testid={`${row.key}-${tier}`}>
                    {row.of(tier)}
                    {row.under?.(tier) && <small className={styles.under}>{row.under(tier)}</small>}
                  </td>
                ))}
                <td className={table.number} data-testid={`${row.key}-all`}>
                  {row.all}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className={`${card.muted} ${styles.rule}`}>
        {prevalence === null ? t('cutoffs.table.whole') : t('cutoffs.table.at', { share: percent(prevalence, i18n.language) })} {t('cutoffs.table.rule')}
      </p>
    </Card>
  )
}

function TierHead({ tier }: { tier: TierName }) {
  const { t } = useTranslation()
  const look = tierLook(tier === 'none' ? null : tier)
  return (
    <th scope="col" className={table.number}>
      <span aria-hidden="true" style={{ color: look.colour }}>
        {look.mark}
      </span>{' '}
      {tier === 'none' ? t('cutoffs.table.none') : t(look.word)}
    </th>
  )
}
