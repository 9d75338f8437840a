import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { CutoffMark } from '@/api/types'
import { Button } from '@/shared/ui/Button'
import { Card } from '@/shared/ui/Card'
import card from '@/shared/ui/Card.module.css'

import { type Cohort, secondCutoff, youden } from './arithmetic'
import { cutoffsWritten, percent } from './numbers'
import type { Cutoffs } from './sliding'
import styles from './Controls.module.css'

/** Cutoffs that were found before, what they mean on these scores, and the way to them. */
export function Marks({ marks, onMove }: { marks: readonly CutoffMark[]; onMove: (cutoffs: Cutoffs) => void }) {
  const { t } = useTranslation()
  return (
    <Card title={t('cutoffs.marks.title')}>
      <ul className={styles.list}>
        {marks.map((mark) => {
          const [first, second] = cutoffsWritten(mark)
          return (
            <li key={mark.key} data-testid={`mark-${mark.key}`}>
              <span className={styles.dash} data-whose={mark.whose} aria-hidden="true" />
              <span>
                {t(`cutoffs.marks.${mark.whose}`, { name: t(`cutoffs.marks.named.${mark.key}`, { defaultValue: mark.name }) })} <small className={card.muted}>{t(`cutoffs.marks.${mark.standing}`)}</small>
              </span>
              <Button onClick={() => onMove({ first: mark.first, second: mark.second })}>{t('cutoffs.marks.go', { first, second })}</Button>
            </li>
          )
        })}
      </ul>
      <p className={card.muted}>{t('cutoffs.marks.paperOnly')}</p>
    </Card>
  )
}

const DECIMAL = /^\d{1,3}(\.\d{1,6})?$/

/** Percent as somebody typed it, as the decimal of a share: 92.5 is 0.925, exactly. Null where it is no share. */
export function shareOf(typed: string): string | null {
  const text = typed.trim().replace(',', '.')
  if (!DECIMAL.test(text) || Number(text) <= 0 || Number(text) > 100) return null
  const [units = '', decimals = ''] = text.split('.')
  const digits = units.padStart(3, '0') + decimals
  return `${digits.slice(0, -decimals.length - 2 || undefined)}.${digits.slice(-decimals.length - 2)}`
}

/** The calibration's own rule, on these patients. */
export function Search({ cohort, cutoffs, onMove }: { cohort: Cohort; cutoffs: Cutoffs; onMove: (cutoffs: Cutoffs) => void }) {
  const { t, i18n } = useTranslation()
  const [target, setTarget] = useState('90')
  const [said, setSaid] = useState('')
  const share = shareOf(target)
  const search = (first: number | null) => {
    const found = first === null || share === null ? null : secondCutoff(cohort, first, share)
    if (!found || first === null) return
    onMove({ first, second: found.value })
    setSaid(t(`cutoffs.search.${found.attainment}`, { target: target.trim(), share: percent(found.sensitivity, i18n.language) }))
  }
  return (
    <Card title={t('cutoffs.search.title')}>
      <div className={styles.row}>
        <label className={styles.field}>
          {t('cutoffs.search.target')}
          <input className={styles.input} inputMode="decimal" value={target} onChange={(event) => setTarget(event.target.value)} aria-invalid={share === null} />
        </label>
        <Button disabled={share === null} onClick={() => search(youden(cohort))}>
          {t('cutoffs.search.youden')}
        </Button>
        <Button disabled={share === null} onClick={() => search(cutoffs.first)}>
          {t('cutoffs.search.second')}
        </Button>
      </div>
      <p role="status" data-testid="search-said">
        {share === null ? t('cutoffs.search.bad') : said}
      </p>
    </Card>
  )
}
