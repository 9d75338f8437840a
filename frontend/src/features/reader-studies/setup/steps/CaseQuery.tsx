import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { Button } from '@/shared/ui/Button'

import type { CandidateQuery, Sequence, TruthWanted } from '../../api/types'
import { SelectField, TextField } from '../../fields/Field'
import { listedNumbers } from '../../protocol/candidates'
import styles from './CasesStep.module.css'

const SEQUENCES: readonly Sequence[] = ['T1WI', 'T2WI', 'T1WIC']
const TRUTHS: readonly TruthWanted[] = ['any', 'known', 'positive', 'negative', 'unknown']

type Props = { query: CandidateQuery; onChange: (query: CandidateQuery) => void }

/** By what the archive knows, or by a pasted list. */
export function CaseQuery({ query, onChange }: Props) {
  const { t } = useTranslation()
  const [byList, setByList] = useState(false)
  const change = (part: Partial<CandidateQuery>) => onChange({ ...query, ...part })
  const choose = (list: boolean) => {
    setByList(list)
    change({ listed: '' })
  }
  const toggle = (one: Sequence) => change({ sequences: SEQUENCES.filter((other) => (other === one) !== query.sequences.includes(other)) })
  return (
    <>
      <div className={styles.tabs}>
        <Button aria-pressed={!byList} onClick={() => choose(false)}>
          {t('studyCases.byQuery')}
        </Button>
        <Button aria-pressed={byList} onClick={() => choose(true)}>
          {t('studyCases.byList')}
        </Button>
      </div>
      {byList ? (
        <PastedList onChange={(listed) => change({ listed, sequences: [], truth: 'any', date_from: null, date_to: null })} />
      ) : (
        <div className={styles.query}>
          <TextField label={t('studyCases.from')} type="date" value={query.date_from ?? ''} onChange={(date) => change({ date_from: date || null })} />
          <TextField label={t('studyCases.to')} type="date" value={query.date_to ?? ''} onChange={(date) => change({ date_to: date || null })} />
          <SelectField label={t('studyCases.known')} value={query.truth} options={TRUTHS.map((one) => [one, t(`studyCases.wanted.${one}`)])} onChange={(truth) => change({ truth })} />
          <fieldset>
            <legend>{t('studyCases.sequences')}</legend>
            {SEQUENCES.map((one) => (
              <label key={one}>
                <input type="checkbox" checked={query.sequences.includes(one)} onChange={() => toggle(one)} /> {one}
              </label>
            ))}
          </fieldset>
        </div>
      )}
    </>
  )
}

/** Asked a moment after the last letter, so that a long list is not sent letter by letter. */
function PastedList({ onChange }: { onChange: (listed: string) => void }) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const numbers = listedNumbers(text)
  const listed = numbers.join('\n')
  useEffect(() => {
    const timer = setTimeout(() => onChange(listed), 500)
    return () => clearTimeout(timer)
    // eslint-disable-next-line react-hooks/exhaustive-deps -- a new function at each drawing must not restart the wait
  }, [listed])
  return <TextField label={t('studyCases.list')} hint={t('studyCases.listHint', { count: numbers.length })} value={text} rows={6} wide onChange={setText} />
}
