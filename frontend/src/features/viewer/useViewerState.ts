/** The reader's choices on this page: layout, tool, heatmap, folded parts. A study opens with originals and no overlay. */
import { useReducer } from 'react'

import type { ChosenMaps, MapMethod } from './explanations'
import { DEFAULT_LOOK, type HeatmapLook } from './imaging/heatmapColours'

export type Layout = 1 | 2 | 3
export type Tool = 'window' | 'scroll' | 'pan' | 'zoom' | 'length' | 'arrow'

export interface ViewerState {
  layout: Layout
  tool: Tool
  heatmap: boolean
  /** True once a heatmap was wanted: from then on overlays stay mounted, so that `h` answers at once. */
  overlays: boolean
  look: HeatmapLook
  /** Which map each sequence shows. */
  maps: ChosenMaps
  rail: boolean
  panel: boolean
  help: boolean
  active: string | undefined
  /** Sequences shown in their native planes instead of the axial reformat. */
  native: readonly string[]
}

export type ViewerAction =
  | { type: 'layout'; layout: Layout }
  | { type: 'tool'; tool: Tool }
  | { type: 'toggle'; part: 'rail' | 'panel' | 'help' | 'heatmap' }
  | { type: 'look'; look: HeatmapLook }
  | { type: 'map'; sequence: string; method: MapMethod }
  | { type: 'active'; pane: string }
  | { type: 'native'; sequence: string }

export const OPENING: ViewerState = {
  layout: 1,
  tool: 'window',
  heatmap: false,
  overlays: false,
  look: DEFAULT_LOOK,
  maps: {},
  rail: true,
  panel: true,
  help: false,
  active: undefined,
  native: [],
}

export function viewerReducer(state: ViewerState, action: ViewerAction): ViewerState {
  switch (action.type) {
    case 'layout':
      // 1 means the images alone; 2 and 3 are asked for to see the heatmap.
      return action.layout === 1
        ? { ...state, layout: 1, heatmap: false }
        : { ...state, layout: action.layout, heatmap: true, overlays: true }
    case 'tool':
      return { ...state, tool: state.tool === action.tool ? 'window' : action.tool }
    case 'toggle': {
      const on = !state[action.part]
      return { ...state, [action.part]: on, overlays: state.overlays || (action.part === 'heatmap' && on) }
    }
    case 'look':
      return { ...state, look: action.look }
    case 'map':
      return { ...state, maps: { ...state.maps, [action.sequence]: action.method } }
    case 'active':
      return state.active === action.pane ? state : { ...state, active: action.pane }
    case 'native': {
      const shown = state.native.includes(action.sequence)
      return { ...state, native: shown ? state.native.filter((each) => each !== action.sequence) : [...state.native, action.sequence] }
    }
  }
}

export const useViewerState = () => useReducer(viewerReducer, OPENING)
