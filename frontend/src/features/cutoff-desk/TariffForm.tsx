import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { CutoffData } from '@/api/types'
import { Button } from '@/shared/ui/Button'
import { Card } from '@/shared/ui/Card'

import styles from './Controls.module.css'

type Tariff = CutoffData['tariff']
const NUMBERS = ['enhanced', 'unenhanced', 'seconds_enhanced', 'seconds_unenhanced', 'exchange_rate'] as const

/** Prices and times; what is no number above 0 changes nothing and is marked. */
export function TariffForm({ paper, onChange }: { paper: Tariff; onChange: (tariff: Tariff) => void }) {
  const { t } = useTranslation()
  const written = () => Object.fromEntries([...NUMBERS.map((name) => [name, String(paper[name])]), ['currency', paper.currency]]) as Record<string, string>
  const [typed, setTyped] = useState(written)
  const isGood = (name: string, value: string) => (name === 'currency' ? value.trim() !== '' : Number.isFinite(Number(value)) && Number(value) > 0)
  const change = (name: string, value: string) => {
    const now = { ...typed, [name]: value }
    setTyped(now)
    if (!Object.entries(now).every(([one, of]) => isGood(one, of))) return
    onChange({ ...paper, ...Object.fromEntries(NUMBERS.map((one) => [one, Number(now[one])])), currency: now['currency']?.trim() ?? '' })
  }
  const back = () => {
    setTyped(written())
    onChange(paper)
  }
  return (
    <Card title={t('cutoffs.tariff.title')}>
      <div className={styles.row}>
        {[...NUMBERS, 'currency' as const].map((name) => (
          <label key={name} className={styles.field}>
            {name === 'exchange_rate' ? `${t('cutoffs.tariff.exchange_rate')}, ${typed['currency']}/${paper.exchange_currency}` : t(`cutoffs.tariff.${name}`)}
            <input
              className={styles.input}
              inputMode={name === 'currency' ? 'text' : 'decimal'}
              value={typed[name]}
              maxLength={20}
              aria-invalid={!isGood(name, typed[name] ?? '')}
              onChange={(event) => change(name, event.target.value)}
            />
          </label>
        ))}
        <Button onClick={back}>{t('cutoffs.tariff.back')}</Button>
      </div>
    </Card>
  )
}
