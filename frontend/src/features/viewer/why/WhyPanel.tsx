import { useTranslation } from 'react-i18next'

import type { Explanation, StudyDetail } from '@/api/types'
import { useSession } from '@/features/session/api'

import type { ViewerResult } from '../api/queries'
import type { MapMethod, ShownMap } from '../explanations'
import type { HeatmapLook } from '../imaging/heatmapColours'

import { DecisionSection } from './DecisionSection'
import { HeatmapSection } from './HeatmapSection'
import { ProvenanceSection } from './ProvenanceSection'
import { ScopeSection } from './ScopeSection'
import { ScoreSection } from './ScoreSection'
import { SeriesSection } from './SeriesSection'
import { StateSection } from './StateSection'
import styles from './Why.module.css'
import { WithheldSection } from './WithheldSection'

type Props = {
  study: StudyDetail
  result: ViewerResult | undefined
  heatmap: boolean
  maps: ShownMap[]
  explanations: Explanation[]
  onMap: (sequence: string, method: MapMethod) => void
  look: HeatmapLook
  onLook: (look: HeatmapLook) => void
  onPeak: () => void
  /** True where no image series has a role: then the roles come first. */
  rolesMissing: boolean
}

/** Beside the images: why the tier is what it is, and what a person makes of it. */
export function WhyPanel({ study, result, heatmap, maps, explanations, onMap, look, onLook, onPeak, rolesMissing }: Props) {
  const { t } = useTranslation()
  const { data: session } = useSession()
  const radiologist = session?.user.roles.includes('radiologist') ?? false
  return (
    <aside className={styles.panel} aria-label={t('viewer.why.title')} data-own-keys tabIndex={-1} data-testid="why">
      {result && <StateSection uid={study.uid} result={result} />}
      {heatmap && result && <HeatmapSection uid={study.uid} result={result} maps={maps} explanations={explanations} onMap={onMap} look={look} onLook={onLook} onPeak={onPeak} />}
      {result && <ScoreSection result={result} />}
      {result && <WithheldSection key={study.uid} result={result} />}
      <ScopeSection uid={study.uid} />
      {result && <DecisionSection key={result.run_id} uid={study.uid} result={result} radiologist={radiologist} />}
      {result && <ProvenanceSection result={result} series={study.series} />}
      <SeriesSection uid={study.uid} series={study.series} open={rolesMissing} />
    </aside>
  )
}
