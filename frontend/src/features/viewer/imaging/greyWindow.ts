/** Window width and centre: where it starts, its presets, and what a drag does to it. MR has no fixed scale. */
export interface GreyWindow {
  width: number
  centre: number
}

export type PresetName = 'scanner' | 'auto' | 'soft' | 'hard' | 'bright'

/** Every image's own range without its extremes: 0.5–99.5 % of the values, sampled to at most 50 000. */
export function automaticWindow(values: ArrayLike<number>): GreyWindow {
  const stride = Math.max(1, Math.floor(values.length / 50_000))
  const sample: number[] = []
  for (let index = 0; index < values.length; index += stride) sample.push(values[index] as number)
  sample.sort((a, b) => a - b)
  if (sample.length === 0) return { width: 1, centre: 0 }
  const low = sample[Math.floor(0.005 * (sample.length - 1))] as number
  const high = sample[Math.ceil(0.995 * (sample.length - 1))] as number
  const width = Math.max(high - low, 1e-6)
  return { width, centre: low + width / 2 }
}

/** The presets in the order that `w` walks them; `scanner` only where the header holds a window. */
export function presets(automatic: GreyWindow, scanner?: GreyWindow): { name: PresetName; window: GreyWindow }[] {
  const low = automatic.centre - automatic.width / 2
  const spanning = (part: number): GreyWindow => ({ width: automatic.width * part, centre: low + (automatic.width * part) / 2 })
  return [
    ...(scanner ? [{ name: 'scanner' as const, window: scanner }] : []),
    { name: 'auto', window: automatic },
    { name: 'bright', window: spanning(0.6) },
    { name: 'soft', window: spanning(1.5) },
    { name: 'hard', window: { width: automatic.width * 0.5, centre: automatic.centre } },
  ]
}

/** A drag of `dx`, `dy` pixels: right widens, down darkens (raises the centre); 300 pixels are one width. */
export function dragged(window: GreyWindow, dx: number, dy: number): GreyWindow {
  const width = Math.max(window.width * Math.exp(dx / 300), 1e-3)
  return { width, centre: window.centre + (dy / 300) * window.width }
}

export function rangeOf({ width, centre }: GreyWindow): { lower: number; upper: number } {
  return { lower: centre - width / 2, upper: centre + width / 2 }
}
