/** Where a frame lies in the patient, and how the frames of a series stand to each other (PS3.3 C.7.6.2). */
import { itemsOf, numberOf, numbersOf, stringOf, type DicomJson } from './dicomJson'
import { cross, dot, length, normalise, subtract, type Vec3 } from './vector'

/** One plane of pixels. Directions are unit vectors: `row` along increasing column index, `column` along increasing row index. */
export interface FramePlane {
  position: Vec3
  row: Vec3
  column: Vec3
  rowSpacing: number
  columnSpacing: number
  thickness?: number
  rows: number
  columns: number
}

/** One displayable frame of a series. `frame` counts from 1, as in /frames/N. */
export interface SeriesFrame {
  instanceUid: string
  sopClassUid: string
  frame: number
  plane: FramePlane
  window?: { width: number; centre: number }
}

/** Frames sorted ascending along `normal` = row × column; `spacing` is the median gap between neighbours in mm. */
export interface SeriesGeometry {
  frames: SeriesFrame[]
  normal: Vec3
  row: Vec3
  column: Vec3
  spacing: number
  plane: AnatomicalPlane
  frameOfReference: string
}

export type AnatomicalPlane = 'axial' | 'sagittal' | 'coronal'

const TAG = {
  sopClass: '00080016',
  sopInstance: '00080018',
  frameOfReference: '00200052',
  numberOfFrames: '00280008',
  rows: '00280010',
  columns: '00280011',
  pixelSpacing: '00280030',
  position: '00200032',
  orientation: '00200037',
  thickness: '00180050',
  windowCentre: '00281050',
  windowWidth: '00281051',
  shared: '52009229',
  perFrame: '52009230',
  planePosition: '00209113',
  planeOrientation: '00209116',
  pixelMeasures: '00289110',
  frameVoi: '00289132',
} as const

/** The plane a normal belongs to: by its largest component. */
export function planeOf(normal: Vec3): AnatomicalPlane {
  const [x, y, z] = normal.map(Math.abs) as Vec3
  if (z >= x && z >= y) return 'axial'
  return x >= y ? 'sagittal' : 'coronal'
}

function macro(perFrame: DicomJson | undefined, shared: DicomJson | undefined, tag: string): DicomJson | undefined {
  return itemsOf(perFrame, tag)[0] ?? itemsOf(shared, tag)[0]
}

/** The frames of one instance; those without a place in the patient are left out. Classic and enhanced objects alike. */
export function framesOf(instance: DicomJson): SeriesFrame[] {
  const rows = numberOf(instance, TAG.rows)
  const columns = numberOf(instance, TAG.columns)
  const instanceUid = stringOf(instance, TAG.sopInstance)
  if (!rows || !columns || !instanceUid) return []
  const shared = itemsOf(instance, TAG.shared)[0]
  const perFrame = itemsOf(instance, TAG.perFrame)
  const count = Math.max(1, numberOf(instance, TAG.numberOfFrames) ?? 1)
  const frames: SeriesFrame[] = []
  for (let index = 0; index < count; index += 1) {
    const own = perFrame[index]
    const measures = macro(own, shared, TAG.pixelMeasures) ?? instance
    const voi = macro(own, shared, TAG.frameVoi) ?? instance
    const position = numbersOf(macro(own, shared, TAG.planePosition) ?? instance, TAG.position)
    const orientation = numbersOf(macro(own, shared, TAG.planeOrientation) ?? instance, TAG.orientation)
    const spacing = numbersOf(measures, TAG.pixelSpacing)
    if (position?.length !== 3 || orientation?.length !== 6 || spacing?.length !== 2) continue
    const width = numberOf(voi, TAG.windowWidth)
    const centre = numberOf(voi, TAG.windowCentre)
    frames.push({
      instanceUid,
      sopClassUid: stringOf(instance, TAG.sopClass) ?? '',
      frame: index + 1,
      plane: {
        position: position as Vec3,
        row: normalise(orientation.slice(0, 3) as Vec3),
        column: normalise(orientation.slice(3, 6) as Vec3),
        rowSpacing: spacing[0] as number,
        columnSpacing: spacing[1] as number,
        thickness: numberOf(measures, TAG.thickness),
        rows,
        columns,
      },
      window: width && centre !== undefined ? { width, centre } : undefined,
    })
  }
  return frames
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

/** Thrown where a series cannot be shown as images; `code` names the words (viewer i18n `failed.*`). */
export class NoGeometry extends Error {
  constructor(readonly code: 'noFrames' | 'mixedPlanes') {
    super(code === 'noFrames' ? 'No frame with a position was found in the series.' : 'The frames of the series are not parallel.')
  }
}

/** The geometry of a series from its /metadata answer. Frames that are not parallel to the first are refused. */
export function seriesGeometry(metadata: DicomJson[]): SeriesGeometry {
  const frames = metadata.flatMap(framesOf)
  const first = frames[0]
  if (!first) throw new NoGeometry('noFrames')
  const normal = normalise(cross(first.plane.row, first.plane.column))
  const parallel = frames.every((frame) => dot(normalise(cross(frame.plane.row, frame.plane.column)), normal) > 0.999)
  if (!parallel) throw new NoGeometry('mixedPlanes')
  frames.sort((a, b) => dot(a.plane.position, normal) - dot(b.plane.position, normal))
  const gaps = frames.slice(1).map((frame, index) => {
    const before = frames[index] as SeriesFrame
    return dot(subtract(frame.plane.position, before.plane.position), normal)
  })
  return {
    frames,
    normal,
    row: first.plane.row,
    column: first.plane.column,
    spacing: gaps.length > 0 ? median(gaps) : (first.plane.thickness ?? 1),
    plane: planeOf(normal),
    frameOfReference: stringOf(metadata[0], TAG.frameOfReference) ?? '',
  }
}

/**
 * Which slot of an even stack each frame lies in (frames ascending, slot 0 first), or undefined where they are no volume:
 * off the even places by more than a tenth of the spacing, twice in one place, or with more than one slice missing in a row.
 */
export function slotsOf({ frames, normal, spacing }: Pick<SeriesGeometry, 'frames' | 'normal' | 'spacing'>): number[] | undefined {
  const first = frames[0]
  if (!first || frames.length < 2 || spacing <= 0) return undefined
  const places = frames.map((frame) => dot(subtract(frame.plane.position, first.plane.position), normal) / spacing)
  const slots = places.map(Math.round)
  const even = places.every((place, index) => Math.abs(place - (slots[index] as number)) <= 0.1)
  const stepsHold = slots.slice(1).every((slot, index) => [1, 2].includes(slot - (slots[index] as number)))
  return even && stepsHold ? slots : undefined
}

/** The centre of a frame in LPS mm. */
export function centreOf({ position, row, column, rowSpacing, columnSpacing, rows, columns }: FramePlane): Vec3 {
  const alongRow = ((columns - 1) / 2) * columnSpacing
  const alongColumn = ((rows - 1) / 2) * rowSpacing
  return [0, 1, 2].map(
    (axis) => (position[axis] as number) + alongRow * (row[axis] as number) + alongColumn * (column[axis] as number),
  ) as Vec3
}

/** Distance between two points along a direction, in mm; without one, the plain distance. */
export function distance(a: Vec3, b: Vec3, along?: Vec3): number {
  return along ? Math.abs(dot(subtract(a, b), along)) : length(subtract(a, b))
}
