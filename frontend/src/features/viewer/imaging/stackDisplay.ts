/** A series' own frames in a STACK viewport: the quickest first picture. */
import type { Types } from '@cornerstonejs/core'

import { aimed, type Display, type DisplayReport, type PaneContent } from './display'
import { loadFrames } from './frameLoader'
import { type GreyWindow, rangeOf } from './greyWindow'
import { nearestSlice, onSlice } from './paneGeometry'
import type { Vec3 } from './vector'

export class StackDisplay implements Display {
  private wanted: number
  private shown = -1
  private busy = false
  private aim: { point: Vec3; parallelScale: number } | undefined
  private signal: AbortSignal | undefined

  constructor(
    private readonly viewport: Types.IStackViewport,
    private readonly content: PaneContent,
    private readonly report: DisplayReport,
    start: Vec3,
  ) {
    this.wanted = nearestSlice(content.geometry, start)
  }

  async open(signal: AbortSignal): Promise<void> {
    this.signal = signal
    const { imageIds } = this.content.source
    const index = this.wanted
    this.busy = true
    try {
      await this.viewport.setStack(imageIds, index)
      if (signal.aborted) return
      this.report.firstPixels(imageIds[index] as string)
    } catch (error) {
      if (signal.aborted) return
      // The stack stands; only this frame is missing. Others may come.
      if (this.viewport.getImageIds().length === 0) throw error
      this.report.frameFailed(true)
    } finally {
      this.busy = false
    }
    this.shown = index
    void this.settle()
    void loadFrames(imageIds, index, (progress) => this.report.progress(progress.done + progress.failed, progress.total), signal)
  }

  show(point: Vec3, parallelScale: number): void {
    this.aim = { point, parallelScale }
    this.wanted = nearestSlice(this.content.geometry, point)
    void this.settle()
  }

  /** Walks to the newest wanted frame, skipping those that were overtaken, then aims the camera. */
  private async settle(): Promise<void> {
    if (this.busy || this.signal === undefined) return
    this.busy = true
    try {
      while (this.shown !== this.wanted && !this.signal.aborted) await this.load(this.wanted)
    } finally {
      this.busy = false
    }
    this.applyAim()
  }

  private async load(index: number): Promise<void> {
    try {
      await this.viewport.setImageIdIndex(index)
      if (this.signal?.aborted) return
      this.report.frameFailed(false)
      this.report.firstPixels(this.content.source.imageIds[index] as string)
    } catch {
      if (!this.signal?.aborted) this.report.frameFailed(true)
    }
    this.shown = index
  }

  private applyAim(): void {
    if (!this.aim || this.signal?.aborted) return
    const { geometry } = this.content
    const focalPoint = onSlice(geometry, this.shown, this.aim.point)
    this.viewport.setCamera(aimed(this.viewport.getCamera(), focalPoint, geometry.viewNormal, this.aim.parallelScale))
    this.viewport.render()
  }

  setWindow(window: GreyWindow, invert: boolean): void {
    this.viewport.setProperties({ voiRange: rangeOf(window), invert })
    this.viewport.render()
  }

  setHeatmap(): void {
    // A stack shows no overlay; panes with one are volumes.
  }

  retry(): void {
    this.shown = -1
    void this.settle()
  }
}
