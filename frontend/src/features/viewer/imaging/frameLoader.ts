/** Loading the frames of a series into Cornerstone's cache: nearest first, a second try each, and never an unhandled rejection. */
import { cache, imageLoader } from '@cornerstonejs/core'

export interface LoadProgress {
  done: number
  failed: number
  total: number
}

/** Indices 0…total-1 from `start` outwards: what a person scrolls to first comes first. */
export function outwardFrom(start: number, total: number): number[] {
  return Array.from({ length: total }, (_, index) => index).sort((a, b) => Math.abs(a - start) - Math.abs(b - start) || a - b)
}

async function loadFrame(imageId: string): Promise<boolean> {
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      await loadAndCache(imageId)
      return true
    } catch {
      // A frame's failure is counted and shown by the pane; the second try may still bring it.
    }
  }
  return false
}

/** Not Cornerstone's own function of this name: that one leaves a second promise of the cache, whose refusal nobody hears. */
async function loadAndCache(imageId: string): Promise<void> {
  const promise = imageLoader.loadImage(imageId)
  await (cache.getImageLoadObject(imageId) ? promise : cache.putImageLoadObject(imageId, { promise }))
}

/** Loads all frames, four at a time; ends early, without error, when `signal` aborts. */
export async function loadFrames(
  imageIds: readonly string[],
  start: number,
  onProgress: (progress: LoadProgress) => void,
  signal: AbortSignal,
): Promise<LoadProgress> {
  const queue = outwardFrom(start, imageIds.length)
  const progress: LoadProgress = { done: 0, failed: 0, total: imageIds.length }
  const work = async () => {
    for (let next = queue.shift(); next !== undefined && !signal.aborted; next = queue.shift()) {
      const loaded = await loadFrame(imageIds[next] as string)
      if (signal.aborted) return
      if (loaded) progress.done += 1
      else progress.failed += 1
      onProgress({ ...progress })
    }
  }
  await Promise.all([work(), work(), work(), work()])
  return progress
}
