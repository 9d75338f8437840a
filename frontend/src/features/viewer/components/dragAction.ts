import type { Tool } from '../useViewerState'

export type DragAction = 'window' | 'scroll' | 'pan' | 'zoom'

/** What a drag does: middle pans, right zooms, left does what the chosen tool says (length and arrow draw by themselves). */
export function dragAction(button: number, tool: Tool): DragAction | undefined {
  if (button === 1) return 'pan'
  if (button === 2) return 'zoom'
  if (button !== 0 || tool === 'length' || tool === 'arrow') return undefined
  return tool
}
