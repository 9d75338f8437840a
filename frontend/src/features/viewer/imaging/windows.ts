/** The grey window of each sequence (a prior examination's is another one): from the header or the pixels at first, then whatever the reader makes of it. */
import { cache } from '@cornerstonejs/core'

import { automaticWindow, dragged, type GreyWindow, type PresetName, presets } from './greyWindow'

export interface SequenceWindow {
  current: GreyWindow
  options: { name: PresetName; window: GreyWindow }[]
  /** Index into options; undefined after a drag. */
  preset: number | undefined
}

export class Windows {
  private readonly known = new Map<string, SequenceWindow>()

  get(sequence: string): SequenceWindow | undefined {
    return this.known.get(sequence)
  }

  /** Learns the sequence's windows from one frame in the cache; true where that was news. */
  learn(sequence: string, imageId: string, header?: GreyWindow): boolean {
    if (this.known.has(sequence)) return false
    const image = cache.getImage(imageId)
    if (!image) return false
    const options = presets(automaticWindow(image.getPixelData()), header)
    const first = options[0]
    if (!first) return false
    this.known.set(sequence, { current: first.window, options, preset: 0 })
    return true
  }

  drag(sequence: string, dx: number, dy: number): void {
    const known = this.known.get(sequence)
    if (known) this.known.set(sequence, { ...known, current: dragged(known.current, dx, dy), preset: undefined })
  }

  nextPreset(sequence: string): void {
    const known = this.known.get(sequence)
    if (!known) return
    const preset = ((known.preset ?? -1) + 1) % known.options.length
    this.known.set(sequence, { ...known, preset, current: known.options[preset]?.window ?? known.current })
  }

  reset(): void {
    for (const [sequence, known] of this.known) {
      this.known.set(sequence, { ...known, preset: 0, current: known.options[0]?.window ?? known.current })
    }
  }
}
