/** Which map each sequence shows: Grad-CAM, which comes with the score, or one that was asked for and is done. Pure. */
import type { Explanation, HeatmapObject } from '@/api/types'

export const METHODS_ON_DEMAND = ['integrated_gradients', 'occlusion'] as const satisfies readonly Explanation['method'][]
export type MapMethod = 'grad_cam' | (typeof METHODS_ON_DEMAND)[number]

/** The chosen method by sequence; none means Grad-CAM. */
export type ChosenMaps = Readonly<Partial<Record<string, MapMethod>>>

export interface ShownMap extends Pick<HeatmapObject, 'sequence' | 'sop_instance_uid' | 'series_instance_uid' | 'peak' | 'cell_size' | 'reference_label'> {
  method: MapMethod
}

export function explanationOf(explanations: Explanation[], sequence: string, method: MapMethod): Explanation | undefined {
  return explanations.find((each) => each.sequence === sequence && each.method === method)
}

/** One map a sequence that has a heatmap: the chosen one where it is done, else Grad-CAM. */
export function shownMaps(heatmaps: HeatmapObject[], explanations: Explanation[], chosen: ChosenMaps): ShownMap[] {
  return heatmaps.map((heatmap) => {
    const method = chosen[heatmap.sequence] ?? 'grad_cam'
    const found = explanationOf(explanations, heatmap.sequence, method)
    return found?.state === 'done' ? { ...found, method } : { ...heatmap, method: 'grad_cam' }
  })
}

export const isOpen = (explanation: Explanation | undefined): boolean => explanation?.state === 'queued' || explanation?.state === 'running'
