/** From the reader's choices to panes: what each sequence's row or column holds. Pure. */
import type { PaneSpec } from './imaging/board'
import type { HungSeries } from './imaging/hanging'
import type { PaneKind } from './imaging/display'
import type { HeatmapVolume } from './imaging/heatmapVolume'
import type { SeriesSource } from './imaging/seriesSource'
import type { Vec3 } from './imaging/vector'
import type { MapMethod } from './explanations'
import type { Layout } from './useViewerState'

export interface HungSequence {
  /** A role; of a prior examination, that and more. */
  sequence: string
  title?: string | undefined
  source: SeriesSource
  hung: HungSeries
  heatmap: (() => Promise<HeatmapVolume>) | undefined
  /** What the heatmap was made by. */
  method: MapMethod
  /** The heatmap's own peak, LPS mm, where it marks anything. */
  peak: Vec3 | undefined
}

/** The kinds of pane of one sequence. Without a heatmap or a volume there is nothing but the original. */
export function kindsFor(layout: Layout, overlays: boolean, heatmap: boolean): PaneKind[] {
  if (!heatmap) return ['original']
  if (layout === 1) return [overlays ? 'fused' : 'original']
  return layout === 2 ? ['original', 'fused'] : ['original', 'heatmap', 'fused']
}

export function paneSpecs(
  { sequence, title, source, hung, heatmap, peak }: HungSequence,
  choice: { layout: Layout; overlays: boolean; native: boolean },
): PaneSpec[] {
  const usable = hung.volume ? heatmap : undefined
  return kindsFor(choice.layout, choice.overlays, usable !== undefined).map((kind) => {
    const native = choice.native && !hung.nativelyAxial
    const geometry = native ? hung.native : hung.axial
    return { id: `${sequence}-${kind}-${native ? 'native' : 'axial'}`, sequence, title, kind, source, geometry, heatmap: kind === 'original' ? undefined : usable, peak }
  })
}
