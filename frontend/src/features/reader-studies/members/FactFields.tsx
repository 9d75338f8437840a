import { useTranslation } from 'react-i18next'

import type { Chair, MemberFacts, Part, Seniority } from '../api/types'
import { SelectField, TextField } from '../fields/Field'
import { NumberField } from '../fields/NumberField'

const CHAIRS: readonly Chair[] = ['junior', 'oncologist_1', 'oncologist_2', 'senior']

/** Seniority, years and site of a reader; the chair of a tagger; the name in reports of anybody. */
export function FactFields({ part, facts, onChange }: { part: Part; facts: MemberFacts; onChange: (facts: MemberFacts) => void }) {
  const { t } = useTranslation()
  const set = (change: Partial<MemberFacts>) => onChange({ ...facts, ...change })
  return (
    <>
      {part === 'reader' && (
        <>
          <SelectField<Seniority>
            label={t('studyPeople.seniority')}
            value={facts.seniority || 'senior'}
            options={(['senior', 'junior'] as const).map((one) => [one, t(`studies.seniority.${one}`)])}
            onChange={(seniority) => set({ seniority })}
          />
          <NumberField label={t('studyPeople.years')} value={facts.years} least={0} most={80} optional onChange={(years) => set({ years })} />
          <TextField label={t('studyPeople.site')} value={facts.site} maxLength={200} onChange={(site) => set({ site })} />
        </>
      )}
      {part === 'tagger' && <SelectField<Chair> label={t('studyPeople.chair')} value={facts.chair || 'junior'} options={CHAIRS.map((one) => [one, t(`studies.chair.${one}`)])} onChange={(chair) => set({ chair })} />}
      <TextField label={t('studyPeople.name')} placeholder={t('studyPeople.nameHint')} value={facts.name} maxLength={200} onChange={(name) => set({ name })} />
    </>
  )
}
