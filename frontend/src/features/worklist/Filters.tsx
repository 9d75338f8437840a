import { useTranslation } from 'react-i18next'

import { TIERS, tierLook } from '@/shared/tier'
import { Button } from '@/shared/ui/Button'
import { Dropdown } from '@/shared/ui/Dropdown'

import styles from './Filters.module.css'
import { changed, isFiltered, type WorklistParams } from './params'

const STATES = ['waiting', 'queued', 'running', 'done', 'not_assessable', 'failed'] as const
const SOURCES = ['import', 'page', 'stow', 'dimse', 'upstream'] as const

type Props = { params: WorklistParams; onChange: (params: WorklistParams) => void }

export function Filters({ params, onChange }: Props) {
  const { t } = useTranslation()
  const choose = (change: Partial<WorklistParams>) => onChange(changed(params, change))
  return (
    <div className={styles.filters} role="group" aria-label={t('worklist.filter.tier')}>
      <Choices
        name={t('worklist.filter.tier')}
        choices={TIERS.map((tier) => ({ value: tier, label: t(tierLook(tier === 'none' ? null : tier).word) }))}
        chosen={params.tier}
        onChange={(tier) => choose({ tier })}
      />
      <Choices
        name={t('worklist.filter.state')}
        choices={STATES.map((state) => ({ value: state, label: t(`shared.state.${state}`) }))}
        chosen={params.state}
        onChange={(state) => choose({ state })}
      />
      <Dates params={params} onChange={choose} />
      <Choices
        name={t('worklist.filter.source')}
        choices={SOURCES.map((source) => ({ value: source, label: t(`shared.source.${source}`) }))}
        chosen={params.source}
        onChange={(source) => choose({ source })}
      />
      {isFiltered(params) && (
        <Button
          look="quiet"
          onClick={() => choose({ search: '', tier: [], state: [], source: [], dateFrom: '', dateTo: '' })}
        >
          × {t('worklist.filter.clear')}
        </Button>
      )}
    </div>
  )
}

type ChoicesProps = {
  name: string
  choices: readonly { value: string; label: string }[]
  chosen: readonly string[]
  onChange: (chosen: string[]) => void
}

function Choices({ name, choices, chosen, onChange }: ChoicesProps) {
  const { t } = useTranslation()
  const active = chosen.length > 0
  const spoken = active ? t('worklist.filter.active', { name, count: chosen.length }) : name
  const toggle = (value: string) =>
    onChange(choices.map((choice) => choice.value).filter((one) => (one === value) !== chosen.includes(one)))
  return (
    <Dropdown label={active ? `${name} (${chosen.length})` : name} name={spoken} active={active}>
      <div role="group" aria-label={name}>
        {choices.map(({ value, label }) => (
          <label key={value} className={styles.choice}>
            <input type="checkbox" checked={chosen.includes(value)} onChange={() => toggle(value)} />
            {label}
          </label>
        ))}
      </div>
    </Dropdown>
  )
}

function Dates({ params, onChange }: { params: WorklistParams; onChange: (change: Partial<WorklistParams>) => void }) {
  const { t } = useTranslation()
  const active = Boolean(params.dateFrom || params.dateTo)
  const name = t('worklist.filter.date')
  const span = `${params.dateFrom || '…'} – ${params.dateTo || '…'}`
  return (
    <Dropdown label={active ? span : name} name={active ? `${name}: ${span}` : name} active={active}>
      <div className={styles.dates}>
        <label>
          {t('worklist.filter.from')}
          <input type="date" value={params.dateFrom} max={params.dateTo || undefined} onChange={(event) => onChange({ dateFrom: event.target.value })} />
        </label>
        <label>
          {t('worklist.filter.to')}
          <input type="date" value={params.dateTo} min={params.dateFrom || undefined} onChange={(event) => onChange({ dateTo: event.target.value })} />
        </label>
      </div>
    </Dropdown>
  )
}
