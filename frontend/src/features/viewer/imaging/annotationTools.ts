/** Length and arrow: the only two of Cornerstone's mouse tools in use; the rest of the mouse is the board's. */
import { annotation, ArrowAnnotateTool, Enums, LengthTool, ToolGroupManager } from '@cornerstonejs/tools'

export type AnnotationTool = 'length' | 'arrow'

const NAMES: Record<AnnotationTool, string> = { length: LengthTool.toolName, arrow: ArrowAnnotateTool.toolName }

/** Cornerstone keeps an arrow only with a label; it is taken away again, for a blank one still draws its leader. */
function withoutWords(done: (label: string) => void): void {
  done(' ')
  for (const drawn of annotation.state.getAllAnnotations()) if (drawn.data.label === ' ') drawn.data.label = ''
}

export class AnnotationTools {
  constructor(private readonly id: string) {}

  private group() {
    const existing = ToolGroupManager.getToolGroup(this.id)
    if (existing) return existing
    const group = ToolGroupManager.createToolGroup(this.id)
    group?.addTool(NAMES.length)
    // An arrow without words: Cornerstone would ask for them in a browser dialog and drop the arrow if there are none.
    group?.addTool(NAMES.arrow, { getTextCallback: withoutWords, changeTextCallback: () => undefined })
    Object.values(NAMES).forEach((name) => group?.setToolEnabled(name))
    return group
  }

  add(viewportId: string, engineId: string): void {
    this.group()?.addViewport(viewportId, engineId)
  }

  remove(viewportId: string, engineId: string): void {
    ToolGroupManager.getToolGroup(this.id)?.removeViewports(engineId, viewportId)
  }

  /** Draws with the left button; undefined gives the left button back. What was drawn stays visible. */
  choose(tool: AnnotationTool | undefined): void {
    const group = this.group()
    Object.values(NAMES).forEach((name) => group?.setToolEnabled(name))
    if (tool) group?.setToolActive(NAMES[tool], { bindings: [{ mouseButton: Enums.MouseBindings.Primary }] })
  }

  clear(): void {
    annotation.state.removeAllAnnotations()
  }

  destroy(): void {
    this.clear()
    ToolGroupManager.destroyToolGroup(this.id)
  }
}
