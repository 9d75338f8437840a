/** What a reader chose over the images. A case opens with its originals alone and no tool but the window. */
import type { Tool } from '@/features/viewer/useViewerState'

export interface ImagesState {
  tool: Tool
  active: string | undefined
  heatmap: boolean
  /** Original | heatmap | fused, one sequence a row. */
  columns: boolean
  /** True once a heatmap was wanted: overlays stay mounted, so that `h` answers at once. */
  overlays: boolean
  /** The one sequence that fills the page. */
  enlarged: string | undefined
}

export type ImagesAction =
  | { type: 'tool'; tool: Tool }
  | { type: 'active'; pane: string }
  | { type: 'heatmap' }
  | { type: 'columns' }
  | { type: 'enlarge'; sequence: string | undefined }

export const OPENING: ImagesState = {
  tool: 'window',
  active: undefined,
  heatmap: false,
  columns: false,
  overlays: false,
  enlarged: undefined,
}

export function imagesReducer(state: ImagesState, action: ImagesAction): ImagesState {
  switch (action.type) {
    case 'tool':
      return { ...state, tool: state.tool === action.tool ? 'window' : action.tool }
    case 'active':
      return state.active === action.pane ? state : { ...state, active: action.pane }
    case 'heatmap':
      return { ...state, heatmap: !state.heatmap, overlays: true, columns: state.columns && !state.heatmap }
    case 'columns':
      return state.columns ? { ...state, columns: false } : { ...state, columns: true, heatmap: true, overlays: true, enlarged: undefined }
    case 'enlarge':
      return { ...state, columns: false, enlarged: state.enlarged === undefined ? action.sequence : undefined }
  }
}
