import { useRef } from 'react'
import { useTranslation } from 'react-i18next'

import { Button } from '@/shared/ui/Button'
import { Card } from '@/shared/ui/Card'
import card from '@/shared/ui/Card.module.css'

import { percent } from './numbers'
import { Slider } from './Slider'
import { placeOf, PREVALENCE, prevalenceAt } from './sliding'
import styles from './Prevalence.module.css'

const TICKS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.5, 0.9]

type Props = { own: number | null; prevalence: number | null; onMove: (prevalence: number | null) => void }

/** The third handle. Null: the cohort's own, at which the paper tells its figures. */
export function Prevalence({ own, prevalence, onMove }: Props) {
  const { t, i18n } = useTranslation()
  const track = useRef<HTMLDivElement>(null)
  if (own === null || own === 0 || own === 1) return <Card title={t('cutoffs.prevalence.title')}>{t('cutoffs.prevalence.oneKind')}</Card>
  const value = prevalence ?? own
  return (
    <Card
      title={t('cutoffs.prevalence.title')}
      beside={
        <span className={card.muted} data-testid="prevalence-said">
          {prevalence === null ? t('cutoffs.prevalence.own', { share: percent(own, i18n.language) }) : percent(prevalence, i18n.language)}
        </span>
      }
    >
      <div className={styles.frame}>
        <div className={styles.track} ref={track}>
          {TICKS.map((tick) => (
            <span key={tick} className={styles.tick} style={{ left: `${100 * placeOf(tick)}%` }} aria-hidden="true">
              {100 * tick} %
            </span>
          ))}
          <Slider
            track={track}
            label={t('cutoffs.handle.prevalence')}
            value={value}
            text={percent(value, i18n.language)}
            low={PREVALENCE.low}
            high={PREVALENCE.high}
            place={placeOf(value)}
            valueAt={prevalenceAt}
            onMove={onMove}
            grip={percent(value, i18n.language)}
            className={styles.handle}
            testId="handle-prevalence"
          />
        </div>
      </div>
      <div className={styles.under}>
        <p className={card.muted}>{t('cutoffs.prevalence.how')}</p>
        <Button disabled={prevalence === null} onClick={() => onMove(null)}>
          {t('cutoffs.prevalence.back')}
        </Button>
      </div>
    </Card>
  )
}
