/** One colour scale for all studies: inferno (perceptually even, no rainbow) on 0–1, in the overlay and in the bar alike. */

/** matplotlib's inferno at 17 even steps from 0 to 1, sRGB 0–255. */
export const INFERNO: readonly (readonly [number, number, number])[] = [
  [0, 0, 4],
  [11, 7, 36],
  [33, 12, 74],
  [61, 9, 101],
  [87, 16, 110],
  [113, 25, 110],
  [138, 34, 106],
  [163, 44, 97],
  [188, 55, 84],
  [208, 69, 69],
  [227, 89, 51],
  [241, 113, 31],
  [249, 140, 10],
  [252, 170, 15],
  [249, 201, 50],
  [242, 232, 101],
  [252, 255, 164],
]

export const COLOURMAP_NAME = 'darndest-inferno'

/** Values fade in over this much above the threshold: a pointer with a soft edge, not a contour. */
export const SOFT_EDGE = 0.08

export interface HeatmapLook {
  opacity: number
  threshold: number
}

export const DEFAULT_LOOK: HeatmapLook = { opacity: 0.6, threshold: 0.3 }

/** vtk's form of the scale: value, red, green, blue (0–1), four numbers a step. */
export function rgbPoints(): number[] {
  return INFERNO.flatMap(([red, green, blue], index) => [index / (INFERNO.length - 1), red / 255, green / 255, blue / 255])
}

export interface OpacityPoint {
  value: number
  opacity: number
}

/** Transparent below the threshold, fading in over SOFT_EDGE, full above; the opacity slider multiplies it. */
export function opacityMapping(threshold: number): OpacityPoint[] {
  const start = Math.min(Math.max(threshold, 0.001), 0.999)
  const full = Math.min(start + SOFT_EDGE, 1)
  const points = [
    { value: 0, opacity: 0 },
    { value: start, opacity: 0 },
    { value: full, opacity: 1 },
  ]
  return full < 1 ? [...points, { value: 1, opacity: 1 }] : points
}

/** Opacity of one value as the overlay shows it. */
export function opacityAt(value: number, { opacity, threshold }: HeatmapLook): number {
  const points = opacityMapping(threshold)
  const after = points.findIndex((point) => point.value >= value)
  if (after === -1) return opacity
  const high = points[after] as OpacityPoint
  if (after === 0) return high.opacity * opacity
  const low = points[after - 1] as OpacityPoint
  const part = high.value === low.value ? 1 : (value - low.value) / (high.value - low.value)
  return (low.opacity + part * (high.opacity - low.opacity)) * opacity
}

export function cssColour([red, green, blue]: readonly [number, number, number]): string {
  return `rgb(${red}, ${green}, ${blue})`
}
