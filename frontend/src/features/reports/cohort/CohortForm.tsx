import { useTranslation } from 'react-i18next'

import { CheckField, SelectField, TextField } from '@/features/reader-studies/fields/Field'

import { type CohortChoices, type Definition, LISTS, type ListName } from '../api/cohorts'
import styles from './Cohort.module.css'
import { changed, inOrder, valueName } from './definition'
import { ManyChoices } from './ManyChoices'
import { useWord } from './useWord'

type Props = { choices: CohortChoices; definition: Definition; onChange: (definition: Definition) => void }

/** Everything that a definition may ask for, with what the archive has of it. */
export function CohortForm({ choices, definition, onChange }: Props) {
  const { t } = useTranslation()
  const word = useWord()
  const set =
    <F extends keyof Definition>(field: F) =>
    (value: Definition[F] | '') =>
      onChange(changed(definition, field, value))
  const { first_day: first, last_day: last } = choices
  const days = first && last ? t('cohort.dayHint', { first, last }) : undefined
  return (
    <form className={styles.form} aria-label={t('cohort.title')} onSubmit={(event) => event.preventDefault()} data-testid="cohort-form">
      <div className={styles.fields}>
        <TextField label={t('cohort.name')} hint={t('cohort.nameHint')} value={definition.title} maxLength={200} onChange={set('title')} error={definition.title.trim() ? undefined : t('cohort.noName')} />
        <TextField label={t('cohort.firstDay')} hint={days} type="date" value={definition.first_day ?? ''} onChange={set('first_day')} error={inOrder(definition) ? undefined : t('cohort.order')} />
        <TextField label={t('cohort.lastDay')} type="date" value={definition.last_day ?? ''} onChange={set('last_day')} />
      </div>
      <div className={styles.fields}>
        {LISTS.map((name) => (
          <ManyChoices key={name} legend={t(`cohort.list.${name}`)} values={valuesOf(name, choices).map((value) => [value, valueName(name, value, word, choices)])} chosen={definition[name]} onChange={set(name)} />
        ))}
      </div>
      <div className={styles.fields}>
        <SelectField label={t('cohort.syntheticLabel')} value={definition.synthetic ?? 'any'} options={choices.synthetic.map((one) => [one, t(`cohort.synthetic.${one}`)])} onChange={set('synthetic')} />
        <SelectField label={t('cohort.learntLabel')} hint={t('cohort.learntHint')} value={definition.learnt ?? 'left_out'} options={choices.learnt.map((one) => [one, t(`cohort.learnt.${one}`)])} onChange={set('learnt')} />
        <SelectField label={t('cohort.splitLabel')} hint={t('cohort.splitHint')} value={definition.split ?? 'protocol'} options={choices.split.map((one) => [one, t(`cohort.split.${one}`)])} onChange={set('split')} />
      </div>
      <CheckField label={t('cohort.established')} hint={t('cohort.establishedHint')} checked={definition.established ?? false} onChange={set('established')} />
    </form>
  )
}

const valuesOf = (name: ListName, choices: CohortChoices) => (name === 'bundles' ? choices.bundles.map((one) => one.sha256) : choices[name])
