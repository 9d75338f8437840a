/** The viewer's panes as one instrument: a point of the patient, a scale, windows and a heatmap's look, shown by all panes alike. */
import { Enums, type RenderingEngine, type Types } from '@cornerstonejs/core'

import { type AnnotationTool, AnnotationTools } from './annotationTools'
import { renderingEngine, startCornerstone } from './cornerstone'
import type { Display, DisplayReport, PaneContent } from './display'
import { firstSight, slicesShown, strongestSlice } from './firstSight'
import { type HungSeries, openingPoint, openingScale } from './hanging'
import { DEFAULT_LOOK, type HeatmapLook } from './heatmapColours'
import { nearestSlice, onSlice, panned } from './paneGeometry'
import { emptySnapshot, type PaneSnapshot, placeOf } from './paneSnapshot'
import { pointUnder, sameView, viewOf } from './projection'
import { releaseVolumes } from './seriesVolume'
import { StackDisplay } from './stackDisplay'
import { add, subtract, type Vec3 } from './vector'
import { VolumeDisplay } from './volumeDisplay'
import { Windows } from './windows'

export interface PaneSpec extends PaneContent {
  id: string
  /** What shares a window and a heatmap: a role, a prior examination's apart. */
  sequence: string
  /** What the pane's corner calls it, where that is not the sequence. */
  title?: string | undefined
  /** The heatmap's own peak, LPS mm, where it has one. */
  peak?: Vec3 | undefined
}

interface Pane {
  spec: PaneSpec
  element: HTMLDivElement
  display: Display | undefined
  /** The heatmap's largest value on each slice, once it came. */
  strengths: number[] | undefined
  snapshot: PaneSnapshot
  abort: AbortController
}

let boards = 0

export class Board {
  private readonly id: string
  private engine: RenderingEngine | undefined
  private readonly tools: AnnotationTools
  private readonly panes = new Map<string, Pane>()
  private readonly listeners = new Map<string, Set<() => void>>()
  private readonly points = new Map<string, Vec3>()
  private readonly windows = new Windows()
  private invert = false
  private look: HeatmapLook = DEFAULT_LOOK
  private heatmapVisible = false
  /** Frames of reference whose heatmaps were brought into view, or in which the reader chose the slice. */
  private readonly located = new Set<string>()
  private scale: number | undefined
  private tool: AnnotationTool | undefined

  private hung: HungSeries[] = []
  private frame = 0
  /** Viewports follow their elements, at most once a frame. */
  private readonly sizes = new ResizeObserver(() => {
    cancelAnimationFrame(this.frame)
    this.frame = requestAnimationFrame(() => this.resize())
  })

  /** `linked`: frames of reference that nothing registers (a prior's) scroll and pan along, by as many mm. */
  constructor(private readonly linked = false) {
    boards += 1
    this.id = `darndest-board-${boards}`
    this.tools = new AnnotationTools(this.id)
  }

  /** How the series hang: where a study opens and at which scale. Called before panes are attached; may be called again. */
  hang(hung: HungSeries[]): void {
    this.hung = hung
  }

  /** Shows a pane in an element; the returned function takes it away again. */
  attach(spec: PaneSpec, element: HTMLDivElement): () => void {
    const snapshot = emptySnapshot(spec.geometry, this.pointOf(spec))
    const pane: Pane = { spec, element, display: undefined, strengths: undefined, snapshot, abort: new AbortController() }
    this.panes.set(spec.id, pane)
    this.sizes.observe(element)
    this.tell(spec.id)
    void this.open(pane)
    return () => this.detach(pane)
  }

  private detach(pane: Pane): void {
    pane.abort.abort()
    this.sizes.unobserve(pane.element)
    if (this.panes.get(pane.spec.id) === pane) this.panes.delete(pane.spec.id)
    if (!pane.display || !this.engine) return
    pane.display = undefined
    this.tools.remove(pane.spec.id, this.engine.id)
    this.engine.disableElement(pane.spec.id)
  }

  private async open(pane: Pane): Promise<void> {
    const { signal } = pane.abort
    try {
      await startCornerstone()
      if (signal.aborted) return
      const display = this.enable(pane)
      pane.display = display
      await display.open(signal)
      if (signal.aborted) return
      this.change(pane, { status: 'ready', error: undefined })
      this.apply(pane)
    } catch (error) {
      if (signal.aborted) return
      this.change(pane, { status: 'failed', error: error instanceof Error ? error : new Error(String(error)) })
      this.locate(pane.spec.source.geometry.frameOfReference)
    }
  }

  private enable(pane: Pane): Display {
    const { spec, element } = pane
    this.engine ??= renderingEngine()
    const { kind, geometry } = spec
    const stack = kind === 'original' && !geometry.reformatted
    this.engine.enableElement({
      viewportId: spec.id,
      type: stack ? Enums.ViewportType.STACK : Enums.ViewportType.ORTHOGRAPHIC,
      element,
      defaultOptions: {
        background: [0, 0, 0],
        ...(stack ? {} : { orientation: { viewPlaneNormal: geometry.viewNormal, viewUp: geometry.up } }),
      },
    })
    if (kind !== 'heatmap') this.tools.add(spec.id, this.engine.id)
    this.tools.choose(this.tool)
    const viewport = this.engine.getViewport(spec.id)
    const report = this.reportFor(pane)
    const start = this.pointOf(spec)
    return stack
      ? new StackDisplay(viewport as Types.IStackViewport, spec, report, start)
      : new VolumeDisplay(viewport as Types.IVolumeViewport, spec, report, start)
  }

  private reportFor(pane: Pane): DisplayReport {
    const { sequence, source } = pane.spec
    return {
      progress: (done, total) => this.change(pane, { progress: done < total ? { done, total } : undefined }),
      frameFailed: (frameFailed) => this.change(pane, { frameFailed }),
      firstPixels: (imageId) => {
        const frame = source.geometry.frames[source.imageIds.indexOf(imageId)]
        if (this.windows.learn(sequence, imageId, frame?.window)) this.applyWindow(sequence)
      },
      overlaid: (heatmap) => {
        pane.strengths = heatmap.strengthsOn(pane.spec.geometry)
        this.showExtent(pane)
        this.locate(source.geometry.frameOfReference)
      },
    }
  }

  // What is shown

  private pointOf({ source }: PaneSpec): Vec3 {
    const { frameOfReference } = source.geometry
    const known = this.points.get(frameOfReference)
    if (known) return known
    const opening = openingPoint(this.hung, frameOfReference)
    this.points.set(frameOfReference, opening)
    return opening
  }

  private scaleFor({ element }: Pane): number {
    return this.scale ?? openingScale(this.hung, Math.max(element.clientWidth, 1) / Math.max(element.clientHeight, 1))
  }

  private apply(pane: Pane): void {
    if (pane.snapshot.status === 'failed') return
    pane.display?.setHeatmap(this.look, this.heatmapVisible)
    this.showWindow(pane)
    this.aim(pane)
  }

  private aim(pane: Pane): void {
    const { geometry } = pane.spec
    const [point, scale] = [this.pointOf(pane.spec), this.scaleFor(pane)]
    const place = placeOf(geometry, point)
    const view = viewOf(geometry, place.slice, point, scale, pane.element)
    this.change(pane, sameView(pane.snapshot.view, view) ? place : { ...place, view })
    pane.display?.show(point, scale)
  }

  private move(frameOfReference: string, point: Vec3): void {
    const by = subtract(point, this.points.get(frameOfReference) ?? point)
    if (this.linked) for (const [other, at] of this.points) this.points.set(other, add(at, by))
    this.points.set(frameOfReference, point)
    for (const pane of this.panes.values()) {
      if (this.linked || pane.spec.source.geometry.frameOfReference === frameOfReference) this.aim(pane)
    }
  }

  /** The first heatmaps, once all have come, bring the slice that shows them, unless this one does. Later ones move nothing. */
  private locate(frameOfReference: string): void {
    const panes = this.fused(frameOfReference).filter(({ snapshot }) => snapshot.status !== 'failed')
    if (this.located.has(frameOfReference) || panes.length === 0) return
    const overlays = panes.flatMap(({ spec: { geometry }, strengths }) => (strengths ? [{ geometry, strengths }] : []))
    if (overlays.length < panes.length) return
    this.located.add(frameOfReference)
    const point = firstSight(overlays, this.pointOf((panes[0] as Pane).spec), this.look.threshold)
    if (point) this.move(frameOfReference, point)
  }

  private fused(frameOfReference: string): Pane[] {
    return [...this.panes.values()].filter(({ spec }) => spec.kind === 'fused' && spec.source.geometry.frameOfReference === frameOfReference)
  }

  /** Says on which slices the pane's heatmap exceeds the threshold, and on which it is strongest. */
  private showExtent(pane: Pane): void {
    const { strengths, spec } = pane
    if (!strengths) return
    const { threshold } = this.look
    const strongest = strongestSlice(strengths, spec.peak && nearestSlice(spec.geometry, spec.peak))
    this.change(pane, { heatmap: { slices: slicesShown(strengths, threshold), threshold, strongest } })
  }

  private showWindow(pane: Pane): void {
    const window = this.windows.get(pane.spec.sequence)
    if (!window) return
    this.change(pane, { window: window.current, preset: window.options[window.preset ?? -1]?.name })
    pane.display?.setWindow(window.current, this.invert)
  }

  private applyWindow(sequence: string): void {
    for (const pane of this.panes.values()) if (pane.spec.sequence === sequence) this.showWindow(pane)
  }

  /** The pane that keys speak to: the one named while it is shown, else the first, or the first of a sequence. */
  pick(paneId?: string, sequence?: string): string | undefined {
    if (paneId !== undefined && this.panes.has(paneId) && sequence === undefined) return paneId
    return [...this.panes.values()].find(({ spec }) => sequence === undefined || spec.sequence === sequence)?.spec.id
  }

  specOf(paneId: string): PaneSpec | undefined {
    return this.panes.get(paneId)?.spec
  }

  // What a reader does

  /** A slice that the reader chose while heatmaps are on their way stays. */
  private lead(frameOfReference: string): void {
    if (this.fused(frameOfReference).length > 0) this.located.add(frameOfReference)
  }

  scroll(paneId: string, steps: number): void {
    const spec = this.panes.get(paneId)?.spec
    if (!spec) return
    const { geometry, source } = spec
    const point = this.pointOf(spec)
    this.lead(source.geometry.frameOfReference)
    const wanted = Math.min(Math.max(nearestSlice(geometry, point) + steps, 0), geometry.positions.length - 1)
    this.move(source.geometry.frameOfReference, onSlice(geometry, wanted, point))
  }

  pan(paneId: string, dx: number, dy: number): void {
    const pane = this.panes.get(paneId)
    if (!pane) return
    const drag = { dx, dy, height: Math.max(pane.element.clientHeight, 1), parallelScale: this.scaleFor(pane) }
    this.move(pane.spec.source.geometry.frameOfReference, panned(this.pointOf(pane.spec), pane.spec.geometry, drag))
  }

  zoom(paneId: string, dy: number): void {
    const pane = this.panes.get(paneId)
    if (!pane) return
    this.scale = Math.min(Math.max(this.scaleFor(pane) * Math.exp(-dy / 200), 5), 500)
    this.panes.forEach((each) => this.aim(each))
  }

  dragWindow(paneId: string, dx: number, dy: number): void {
    const sequence = this.panes.get(paneId)?.spec.sequence
    if (!sequence) return
    this.windows.drag(sequence, dx, dy)
    this.applyWindow(sequence)
  }

  nextPreset(paneId: string): void {
    const sequence = this.panes.get(paneId)?.spec.sequence
    if (!sequence) return
    this.windows.nextPreset(sequence)
    this.applyWindow(sequence)
  }

  toggleInvert(): void {
    this.invert = !this.invert
    this.panes.forEach((pane) => this.showWindow(pane))
  }

  /** Windows, zoom and pan as at opening, drawings gone; the slice stays. */
  reset(): void {
    this.scale = undefined
    this.invert = false
    this.windows.reset()
    this.tools.clear()
    for (const pane of this.panes.values()) {
      const { geometry, source } = pane.spec
      const opening = openingPoint(this.hung, source.geometry.frameOfReference)
      this.points.set(source.geometry.frameOfReference, onSlice(geometry, nearestSlice(geometry, this.pointOf(pane.spec)), opening))
    }
    this.panes.forEach((pane) => this.apply(pane))
  }

  /** Goes to the slice of a point (LPS mm) of a pane's frame of reference, keeping the view's centre in plane. */
  goTo(paneId: string, point: Vec3): void {
    const spec = this.panes.get(paneId)?.spec
    if (!spec) return
    const at = onSlice(spec.geometry, nearestSlice(spec.geometry, point), this.pointOf(spec))
    this.lead(spec.source.geometry.frameOfReference)
    this.move(spec.source.geometry.frameOfReference, at)
  }

  /** Goes to the slice on which a sequence's heatmap is strongest; false before it came, and where it marks nothing. */
  goToStrongest(sequence: string): boolean {
    const pane = [...this.panes.values()].find(({ spec, snapshot }) => spec.sequence === sequence && snapshot.heatmap?.strongest !== undefined)
    const slice = pane?.snapshot.heatmap?.strongest?.slice
    if (!pane || slice === undefined) return false
    const { frameOfReference } = pane.spec.source.geometry
    this.lead(frameOfReference)
    this.move(frameOfReference, onSlice(pane.spec.geometry, slice, this.pointOf(pane.spec)))
    return true
  }

  setHeatmap(look: HeatmapLook, visible: boolean): void {
    const moved = look.threshold !== this.look.threshold
    this.look = look
    this.heatmapVisible = visible
    this.panes.forEach((pane) => {
      if (moved) this.showExtent(pane)
      if (pane.snapshot.status === 'ready') pane.display?.setHeatmap(look, visible)
    })
  }

  chooseTool(tool: AnnotationTool | undefined): void {
    this.tool = tool
    if (this.engine) this.tools.choose(tool)
  }

  retry(paneId: string): void {
    const pane = this.panes.get(paneId)
    if (!pane) return
    if (pane.snapshot.status !== 'failed') return pane.display?.retry()
    this.detach(pane)
    this.attach(pane.spec, pane.element)
  }

  private resize(): void {
    if (!this.engine) return
    this.engine.resize(true, true)
    this.panes.forEach((pane) => this.aim(pane))
  }

  /** The patient's point (LPS mm) under a place of a pane, CSS pixels from its top left; undefined before it shows anything. */
  pointAt(paneId: string, x: number, y: number): Vec3 | undefined {
    const pane = this.panes.get(paneId)
    return pane?.snapshot.view && pointUnder(pane.snapshot.view, pane.spec.geometry, x, y)
  }

  // What React reads

  subscribe(paneId: string, listener: () => void): () => void {
    const own = this.listeners.get(paneId) ?? new Set()
    this.listeners.set(paneId, own)
    own.add(listener)
    return () => own.delete(listener)
  }

  snapshot(paneId: string): PaneSnapshot | undefined {
    return this.panes.get(paneId)?.snapshot
  }

  private change(pane: Pane, change: Partial<PaneSnapshot>): void {
    const entries = Object.entries(change) as [keyof PaneSnapshot, unknown][]
    if (entries.every(([key, value]) => pane.snapshot[key] === value)) return
    pane.snapshot = { ...pane.snapshot, ...change }
    if (this.panes.get(pane.spec.id) === pane) this.tell(pane.spec.id)
  }

  private tell(paneId: string): void {
    this.listeners.get(paneId)?.forEach((listener) => listener())
  }

  /** Ends every load, viewport, drawing and volume of this page. A board may be used again afterwards. */
  dispose(): void {
    ;[...this.panes.values()].forEach((pane) => this.detach(pane))
    cancelAnimationFrame(this.frame)
    this.tools.destroy()
    this.engine = undefined
    releaseVolumes()
  }
}
