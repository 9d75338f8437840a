/** A stored Parametric Map as a local Cornerstone volume. */
import { cache, type Types, volumeLoader } from '@cornerstonejs/core'

import { fetchFrames, fetchSeriesMetadata, type StudyAddress } from './dicomweb'
import { stringOf } from './dicomJson'
import { seriesGeometry } from './geometry'
import { heatmapGrid, strengthsAlong } from './heatmapGrid'
import type { PaneGeometry } from './paneGeometry'
import type { Vec3 } from './vector'

export interface HeatmapVolume {
  volumeId: string
  frameOfReference: string
  /** The largest value on each of a pane's slices. */
  strengthsOn(geometry: PaneGeometry): number[]
}

/** Reads the map's geometry and frames and makes the volume. `instanceUid` names it where its series holds several. */
export async function loadHeatmapVolume(
  study: StudyAddress,
  seriesUid: string,
  instanceUid: string,
  signal?: AbortSignal,
): Promise<HeatmapVolume> {
  const metadata = await fetchSeriesMetadata(study, seriesUid, signal)
  const instance = metadata.filter((candidate) => stringOf(candidate, '00080018') === instanceUid)
  const geometry = seriesGeometry(instance)
  const stored = await fetchFrames(study, seriesUid, instanceUid, geometry.frames.length, signal)
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
  const strengthsOn = ({ axis, positions, spacing }: PaneGeometry) => strengthsAlong(grid, axis, positions, spacing)
  return { volumeId, frameOfReference: geometry.frameOfReference, strengthsOn }
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
