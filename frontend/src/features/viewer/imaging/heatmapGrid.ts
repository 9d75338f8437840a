/** A heatmap's frames as one block of numbers, thinned in plane: it is smooth, its cells are millimetres wide. */
import { type FramePlane, type SeriesGeometry, slotsOf } from './geometry'
import { fillSlots } from './slots'
import { add, dot, scale, type Vec3 } from './vector'

/** Values in order columns fastest, then rows, then slices (vtk's), with where the grid lies in LPS mm. */
export interface HeatmapGrid {
  values: Float32Array
  dimensions: [columns: number, rows: number, slices: number]
  spacing: [column: number, row: number, slice: number]
  origin: Vec3
  row: Vec3
  column: Vec3
  normal: Vec3
}

/** At most this many rows or columns are kept; above it, blocks are averaged. */
export const MAXIMUM_SIDE = 160

/** Float32 frames arrive little endian on any byte offset: copied where they are not aligned. */
export function floatsOf(bytes: Uint8Array, expected: number): Float32Array {
  if (bytes.byteLength !== expected * 4) {
    throw new Error(`A heatmap frame of ${bytes.byteLength} bytes was found, ${expected * 4} were expected. Load it again.`)
  }
  if (bytes.byteOffset % 4 === 0) return new Float32Array(bytes.buffer, bytes.byteOffset, expected)
  return new Float32Array(bytes.slice().buffer)
}

function averageInto(target: Float32Array, frame: Float32Array, plane: FramePlane, factor: number, offset: number): void {
  const columns = Math.floor(plane.columns / factor)
  const rows = Math.floor(plane.rows / factor)
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      let sum = 0
      for (let y = row * factor; y < (row + 1) * factor; y += 1) {
        const start = y * plane.columns + column * factor
        for (let x = start; x < start + factor; x += 1) sum += frame[x] as number
      }
      target[offset + row * columns + column] = sum / (factor * factor)
    }
  }
}

/** The grid of frames given in stored order (frame 1 first); `geometry` says which lies where. A remainder at the far edges is dropped. */
export function heatmapGrid(geometry: SeriesGeometry, stored: Uint8Array[]): HeatmapGrid {
  const plane = (geometry.frames[0] as SeriesGeometry['frames'][number]).plane
  const factor = Math.max(1, Math.ceil(Math.max(plane.rows, plane.columns) / MAXIMUM_SIDE))
  const columns = Math.floor(plane.columns / factor)
  const rows = Math.floor(plane.rows / factor)
  const slots = slotsOf(geometry) ?? (geometry.frames.length === 1 ? [0] : undefined)
  if (!slots) throw new Error('The planes of the heatmap are not evenly spaced, so it cannot be laid over the images.')
  const slices = (slots.at(-1) as number) + 1
  const values = new Float32Array(columns * rows * slices)
  geometry.frames.forEach((frame, index) => {
    const bytes = stored[frame.frame - 1]
    if (!bytes) throw new Error(`Heatmap frame ${frame.frame} is missing: ${stored.length} of ${geometry.frames.length} came. Load it again.`)
    averageInto(values, floatsOf(bytes, plane.rows * plane.columns), plane, factor, (slots[index] as number) * columns * rows)
  })
  fillSlots(values, columns * rows, slots)
  const shift = (factor - 1) / 2
  const origin = add(
    add(plane.position, scale(plane.row, shift * plane.columnSpacing)),
    scale(plane.column, shift * plane.rowSpacing),
  )
  return {
    values,
    dimensions: [columns, rows, slices],
    spacing: [plane.columnSpacing * factor, plane.rowSpacing * factor, geometry.spacing],
    origin,
    row: plane.row,
    column: plane.column,
    normal: geometry.normal,
  }
}

const BIN = 0.5 // mm

/** The largest value within half a slice (or half a cell of the grid, where that is more) of each position, mm along `axis`. */
export function strengthsAlong(grid: HeatmapGrid, axis: Vec3, positions: number[], spacing: number): number[] {
  const [columns, rows, slices] = grid.dimensions
  const perColumn = dot(grid.row, axis) * grid.spacing[0]
  const perRow = dot(grid.column, axis) * grid.spacing[1]
  const perSlice = dot(grid.normal, axis) * grid.spacing[2]
  const origin = dot(grid.origin, axis)
  const first = origin + Math.min(0, perColumn * (columns - 1)) + Math.min(0, perRow * (rows - 1)) + Math.min(0, perSlice * (slices - 1))
  const length = Math.abs(perColumn) * (columns - 1) + Math.abs(perRow) * (rows - 1) + Math.abs(perSlice) * (slices - 1)
  const bins = new Float32Array(Math.ceil(length / BIN) + 1)
  for (let index = 0; index < grid.values.length; index += 1) {
    const value = grid.values[index] as number
    if (value <= 0) continue
    const row = Math.floor(index / columns)
    const at = origin + (index % columns) * perColumn + (row % rows) * perRow + Math.floor(row / rows) * perSlice
    const bin = Math.round((at - first) / BIN)
    if (value > (bins[bin] as number)) bins[bin] = value
  }
  const half = Math.max(spacing, Math.abs(perColumn), Math.abs(perRow), Math.abs(perSlice)) / 2
  return positions.map((at) =>
    bins.subarray(Math.max(0, Math.ceil((at - half - first) / BIN)), Math.max(0, Math.floor((at + half - first) / BIN) + 1)).reduce((most, value) => Math.max(most, value), 0),
  )
}
