import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { CheckField, Field, SelectField, TextField } from '@/features/reader-studies/fields/Field'
import { NumberField } from '@/features/reader-studies/fields/NumberField'

import { useInWords } from '../api/language'
import type { Option, OptionValue } from '../api/types'
import { asPercent, asShare, numbersFrom, plainName } from './options'

type Props = { option: Option; value: OptionValue; onChange: (value: OptionValue) => void; problem: string | undefined }

const MOST = 1e12

/** One option as the server describes it. Empty: the protocol or the analysis decides. */
export function OptionField({ option, value, onChange, problem }: Props) {
  const { t } = useTranslation()
  const inWords = useInWords()
  const label = t(`reportOption.name.${option.name}`, { defaultValue: plainName(option.name) })
  const hint = [inWords(option.help), problem].filter(Boolean).join(' ')
  const empty = option.default === null || (option.optional ?? false)
  switch (option.kind) {
    case 'choice': {
      const choices = option.choices.map((one) => [one, t(`reportOption.choice.${one}`, { defaultValue: plainName(one) })] as const)
      const all = empty ? [['', t('reportOption.none')] as const, ...choices] : choices
      return <SelectField label={label} hint={hint} value={typeof value === 'string' ? value : ''} options={all} onChange={(one) => onChange(one || null)} />
    }
    case 'flag':
      return <CheckField label={label} hint={hint} checked={value === true} onChange={onChange} />
    case 'text':
      return <TextField label={label} hint={hint} value={typeof value === 'string' ? value : ''} maxLength={200} onChange={(text) => onChange(text || (empty ? null : ''))} />
    case 'numbers':
      return <NumbersField label={label} hint={hint} value={value} onChange={onChange} />
    case 'share':
      return (
        <NumberField label={label} hint={hint} value={typeof value === 'number' ? asPercent(value) : null} least={0.0001} most={99.9999} whole={false} optional={empty} unit="%" onChange={(percent) => onChange(percent === null ? null : asShare(percent))} />
      )
    default:
      return <NumberField label={label} hint={hint} value={typeof value === 'number' ? value : null} least={option.kind === 'money' ? 0 : -MOST} most={MOST} whole={option.whole ?? false} optional={empty} onChange={onChange} />
  }
}

function NumbersField({ label, hint, value, onChange }: { label: string; hint: string; value: OptionValue; onChange: (value: OptionValue) => void }) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState(Array.isArray(value) ? value.join(', ') : '')
  const change = (text: string) => {
    setTyped(text)
    const numbers = numbersFrom(text)
    if (numbers) onChange(numbers)
  }
  return (
    <Field label={label} hint={hint} error={numbersFrom(typed) ? undefined : t('reportOption.numbers')}>
      {(aria) => <input {...aria} className="numbers" value={typed} onChange={(event) => change(event.target.value)} />}
    </Field>
  )
}
