import { useTranslation } from 'react-i18next'

import { reasonGroups, rolesOf } from '@/shared/reasons'
import { ReasonList } from '@/shared/ui/ReasonList'

import type { ViewerResult } from '../api/queries'

import { Foldable } from './Section'

/** What the images themselves say against advice, in full. A reason that is not about a series stands in the bar as a whole. */
export function WithheldSection({ result: { advice, tier } }: { result: ViewerResult }) {
  const { t } = useTranslation()
  const groups = advice.given || tier === null ? [] : reasonGroups(advice.reason)
  if (rolesOf(groups).length === 0) return null
  return (
    <Foldable title={t('viewer.withheld.title')} open testId="withheld">
      <ReasonList groups={groups} />
    </Foldable>
  )
}
