/** A stored Parametric Map as a local Cornerstone volume. */
import { cache, type Types, volumeLoader } from '@cornerstonejs/core'

import { fetchFrames, fetchSeriesMetadata } from './dicomweb'
import { stringOf } from './dicomJson'
import { seriesGeometry } from './geometry'
import { extentAlong, heatmapGrid, peakOf } from './heatmapGrid'
import type { Vec3 } from './vector'

export interface HeatmapVolume {
  volumeId: string
  frameOfReference: string
  /** LPS mm of the largest value; undefined where the map is zero everywhere. */
  peak: Vec3 | undefined
  /** First and last position (mm along an axis) of values above a threshold. */
  extentAlong(axis: Vec3, threshold: number): [number, number] | undefined
}

/** Reads the map's geometry and frames and makes the volume. `instanceUid` names it where its series holds several. */
export async function loadHeatmapVolume(
  studyUid: string,
  seriesUid: string,
  instanceUid: string,
  signal?: AbortSignal,
): Promise<HeatmapVolume> {
  const metadata = await fetchSeriesMetadata(studyUid, seriesUid, signal)
  const instance = metadata.filter((candidate) => stringOf(candidate, '00080018') === instanceUid)
  const geometry = seriesGeometry(instance)
  const stored = await fetchFrames(studyUid, seriesUid, instanceUid, geometry.frames.length, signal)
  const grid = heatmapGrid(geometry, stored)
  const volumeId = `darndest-heatmap-${instanceUid}`
  const cached = cache.getVolume(volumeId)
  if (!cached) {
    volumeLoader.createLocalVolume(volumeId, {
      metadata: volumeMetadata(grid.dimensions, geometry.frameOfReference, grid),
      dimensions: grid.dimensions,
      spacing: grid.spacing,
      origin: grid.origin,
      direction: [...grid.row, ...grid.column, ...grid.normal] as Types.Mat3,
      scalarData: grid.values,
    })
  }
  return { volumeId, frameOfReference: geometry.frameOfReference, peak: peakOf(grid), extentAlong: (axis, threshold) => extentAlong(grid, axis, threshold) }
}

function volumeMetadata(
  [columns, rows]: readonly [number, number, number],
  frameOfReference: string,
  grid: { row: Vec3; column: Vec3; spacing: readonly [number, number, number] },
): Types.Metadata {
  return {
    BitsAllocated: 32,
    BitsStored: 32,
    HighBit: 31,
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    PixelRepresentation: 1,
    Modality: 'MR',
    ImageOrientationPatient: [...grid.row, ...grid.column],
    PixelSpacing: [grid.spacing[1], grid.spacing[0]],
    FrameOfReferenceUID: frameOfReference,
    Columns: columns,
    Rows: rows,
    voiLut: [{ windowWidth: 1, windowCenter: 0.5 }],
    VOILUTFunction: 'LINEAR',
  } as Types.Metadata
}
