/** Slices that are not stored, between stored neighbours: interpolated, so that the others keep their place. */

type Values = Float32Array | Int16Array | Uint16Array | Uint8Array

/** Fills every slot missing from `slots` (ascending) with the mean of the slices beside it; `size` values a slice. */
export function fillSlots(values: Values, size: number, slots: readonly number[]): void {
  slots.slice(1).forEach((slot, index) => {
    const before = slots[index] as number
    for (let missing = before + 1; missing < slot; missing += 1) {
      const part = (missing - before) / (slot - before)
      for (let at = 0; at < size; at += 1) {
        const low = values[before * size + at] as number
        const high = values[slot * size + at] as number
        values[missing * size + at] = low + part * (high - low)
      }
    }
  })
}
