import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'

import { Failed } from '@/shared/ui/Failed'
import { Skeleton } from '@/shared/ui/Page'

import { type Definition, useCohortChoices } from '../api/cohorts'
import { NEW_COHORT, sourceOf } from '../api/reports'
import type { Analysis, Source } from '../api/types'
import { Choices } from '../desk/Choices'
import desk from '../desk/Desk.module.css'
import { NewReport } from '../desk/NewReport'
import { CohortCount } from './CohortCount'
import { CohortForm } from './CohortForm'
import { asking, inOrder } from './definition'

const UNNAMED = { kind: 'cohort', key: 'new', state: 'cohort', locked: true, unblinded: true, synthetic: false, cases: 0, definition: null }

/** Defining a cohort: what it asks for, how many that are, and a report of it. `?like=`: begins with a known one's definition. */
export function CohortPage({ sources, analyses }: { sources: readonly Source[]; analyses: readonly Analysis[] }) {
  const { t } = useTranslation()
  const [search] = useSearchParams()
  const choices = useCohortChoices()
  const like = sources.find((one) => sourceOf(one) === search.get('like'))?.definition as Definition | null | undefined
  const [definition, setDefinition] = useState<Definition>(like ?? asking(t('cohort.untitled')))
  const analysis = analyses.find((one) => one.name === search.get('analysis'))
  const refused = analysis?.reads === 'use' && definition.established
  const usable = inOrder(definition) && definition.title.trim() !== ''
  return (
    <div className={desk.desk}>
      <Choices sources={sources} analyses={analyses} source={NEW_COHORT} analysis={analysis?.name} />
      <div className={desk.centre}>
        <div className={desk.column}>
          <h1>{t('cohort.title')}</h1>
          <p className={desk.muted}>{t('cohort.intro')}</p>
          {choices.data ? <CohortForm choices={choices.data} definition={definition} onChange={setDefinition} /> : choices.error ? <Failed error={choices.error} onRetry={() => void choices.refetch()} /> : <Skeleton />}
          {inOrder(definition) && <CohortCount definition={definition} known={sources.map(sourceOf)} />}
          {!analysis && <p className={desk.next}>{t('cohort.choose')}</p>}
          {refused && (
            <p className={desk.next} role="alert" data-testid="cohort-refused">
              {t('cohort.establishedRefused')}
            </p>
          )}
          {analysis && !refused && <NewReport key={analysis.name} source={{ ...UNNAMED, title: definition.title }} analysis={analysis} definition={definition} ready={usable} />}
        </div>
      </div>
    </div>
  )
}
