import { describe, expect, it } from 'vitest'

import type { Explanation, HeatmapObject } from '@/api/types'

import { shownMaps } from './explanations'
import { OPENING, viewerReducer } from './useViewerState'

const heatmap = (sequence: string) => ({ sequence, sop_instance_uid: `cam-${sequence}`, peak: [1, 2, 3] }) as HeatmapObject
const made = (sequence: string, method: string, state: string) =>
  ({ sequence, method, state, sop_instance_uid: state === 'done' ? `${method}-${sequence}` : '', peak: null }) as Explanation

const uids = (maps: { sop_instance_uid: string }[]) => maps.map((each) => each.sop_instance_uid)

describe('the map that a sequence shows', () => {
  const heatmaps = [heatmap('T1WI'), heatmap('T2WI')]
  const explanations = [made('T2WI', 'occlusion', 'done'), made('T2WI', 'integrated_gradients', 'running'), made('T1WI', 'occlusion', 'failed')]

  it('is Grad-CAM until another is chosen', () => {
    expect(uids(shownMaps(heatmaps, explanations, {}))).toEqual(['cam-T1WI', 'cam-T2WI'])
  })

  it('is the chosen one, for that sequence alone, with its own peak and name', () => {
    const [t1wi, t2wi] = shownMaps(heatmaps, explanations, { T2WI: 'occlusion' })
    expect(t1wi).toMatchObject({ sop_instance_uid: 'cam-T1WI', method: 'grad_cam' })
    expect(t2wi).toMatchObject({ sop_instance_uid: 'occlusion-T2WI', method: 'occlusion', peak: null })
  })

  it('stays Grad-CAM, and says so, while the chosen one is not there', () => {
    const chosen = { T1WI: 'occlusion', T2WI: 'integrated_gradients' } as const
    expect(shownMaps(heatmaps, explanations, chosen).map((each) => each.method)).toEqual(['grad_cam', 'grad_cam'])
  })

  it('offers nothing where a network made no heatmap', () => {
    expect(shownMaps([], explanations, { T2WI: 'occlusion' })).toEqual([])
  })
})

it('keeps the choice by sequence and touches nothing else', () => {
  const one = viewerReducer(OPENING, { type: 'map', sequence: 'T2WI', method: 'occlusion' })
  const two = viewerReducer(one, { type: 'map', sequence: 'T1WI', method: 'integrated_gradients' })
  expect(two.maps).toEqual({ T2WI: 'occlusion', T1WI: 'integrated_gradients' })
  expect(viewerReducer(two, { type: 'map', sequence: 'T2WI', method: 'grad_cam' }).maps).toEqual({ T1WI: 'integrated_gradients', T2WI: 'grad_cam' })
  expect({ ...two, maps: {} }).toEqual(OPENING)
})
