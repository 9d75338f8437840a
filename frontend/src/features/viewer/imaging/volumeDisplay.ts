/** A series as a volume in an ORTHOGRAPHIC viewport: reformats, the heatmap over it, or the heatmap alone. */
import { Enums, type Types } from '@cornerstonejs/core'

import { aimed, type Display, type DisplayReport, type PaneContent } from './display'
import { loadFrames } from './frameLoader'
import { type GreyWindow, rangeOf } from './greyWindow'
import { COLOURMAP_NAME, type HeatmapLook, opacityMapping } from './heatmapColours'
import { nearestSlice, onSlice } from './paneGeometry'
import { seriesVolume, seriesVolumeId } from './seriesVolume'
import type { Vec3 } from './vector'

/** Some frames never came, so no volume can be built. */
export class FramesMissing extends Error {
  constructor(
    readonly missing: number,
    readonly total: number,
  ) {
    super(`${missing} of ${total} frames could not be loaded; all are needed for this view.`)
  }
}

export class VolumeDisplay implements Display {
  private heatmapId: string | undefined
  private opened = false
  private inverted = false
  private seen = false
  private overlaySeen = false
  private readonly baseId: string

  constructor(
    private readonly viewport: Types.IVolumeViewport,
    private readonly content: PaneContent,
    private readonly report: DisplayReport,
    private readonly start: Vec3,
  ) {
    this.baseId = seriesVolumeId(content.source.seriesUid)
  }

  async open(signal: AbortSignal): Promise<void> {
    const { kind, heatmap } = this.content
    const pending = heatmap && kind !== 'original' ? heatmap() : undefined
    // Awaited below; a refusal meanwhile must not count as unhandled.
    pending?.catch(() => undefined)
    if (kind !== 'heatmap') await this.openSeries(signal)
    if (signal.aborted) return
    this.opened = pending === undefined
    if (!pending) return
    const volume = await pending
    const { volumeId } = volume
    if (signal.aborted) return
    if (kind === 'heatmap') await this.viewport.setVolumes([{ volumeId }])
    else await this.addOverlay(volumeId)
    if (signal.aborted) return
    this.heatmapId = volumeId
    this.opened = true
    this.report.overlaid(volume)
  }

  private async openSeries(signal: AbortSignal): Promise<void> {
    const { imageIds } = this.content.source
    const middle = nearestSlice(this.content.geometry, this.start)
    const from = Math.round((middle / Math.max(1, this.content.geometry.positions.length - 1)) * (imageIds.length - 1))
    const onProgress = ({ done, failed, total }: { done: number; failed: number; total: number }) =>
      this.report.progress(done + failed, total)
    const { failed, total } = await loadFrames(imageIds, from, onProgress, signal)
    if (signal.aborted) return
    if (failed > 0) throw new FramesMissing(failed, total)
    seriesVolume(this.content.source)
    this.report.firstPixels(imageIds[from] as string)
    await this.viewport.setVolumes([{ volumeId: this.baseId }])
  }

  /** The overlay goes in hidden (addVolumes' habit): `setHeatmap` colours it before it is seen. */
  private async addOverlay(volumeId: string): Promise<void> {
    const blendMode = Enums.BlendModes.MAXIMUM_INTENSITY_BLEND
    await this.viewport.addVolumes([{ volumeId, blendMode, visibility: false }])
  }

  show(point: Vec3, parallelScale: number): void {
    if (!this.opened) return
    const { geometry } = this.content
    const focalPoint = onSlice(geometry, nearestSlice(geometry, point), point)
    this.viewport.setCamera(aimed(this.viewport.getCamera(), focalPoint, geometry.viewNormal, parallelScale))
    this.viewport.render()
    if (!this.seen) this.firstSight()
    this.seen = true
  }

  /** An overlay is cut to the slice only when the camera moves; where the first aim is the present one, it would stay unseen. */
  private firstSight(): void {
    this.viewport.resetSlabThickness()
    this.renderAgain()
  }

  /** The first rendering only uploads the texture: without another the view stays black until it is touched. */
  private renderAgain(): void {
    for (const delay of [50, 300]) {
      setTimeout(() => {
        if (!this.viewport.isDisabled) this.viewport.render()
      }, delay)
    }
  }

  setWindow(window: GreyWindow, invert: boolean): void {
    if (!this.opened || this.content.kind === 'heatmap') return
    const change: Types.VolumeViewportProperties = { voiRange: rangeOf(window) }
    if (invert !== this.inverted) change.invert = invert
    this.inverted = invert
    this.viewport.setProperties(change, this.baseId)
    this.viewport.render()
  }

  setHeatmap({ opacity, threshold }: HeatmapLook, visible: boolean): void {
    if (!this.heatmapId) return
    const alone = this.content.kind === 'heatmap'
    const mapping = alone ? [{ value: 0, opacity: 0 }, { value: 0.004, opacity: 1 }, { value: 1, opacity: 1 }] : opacityMapping(threshold)
    const colormap = { name: COLOURMAP_NAME, opacity: alone ? 1 : opacity, opacityMapping: mapping }
    this.viewport.setProperties({ colormap }, this.heatmapId)
    this.viewport.setProperties({ voiRange: { lower: 0, upper: 1 } }, this.heatmapId)
    const entry = this.viewport.getActors().find((actor) => actor.referencedId === this.heatmapId)
    entry?.actor.setVisibility(visible)
    this.viewport.render()
    if (visible && !this.overlaySeen) this.renderAgain()
    this.overlaySeen ||= visible
  }

  retry(): void {
    // The board opens the pane anew: a volume is whole or not at all.
  }
}
