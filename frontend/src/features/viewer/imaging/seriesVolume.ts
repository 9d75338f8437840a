/** A series' cached frames as one local volume, evenly spaced, with missing slices interpolated. */
import { cache, type Types, volumeLoader } from '@cornerstonejs/core'

import { slotsOf } from './geometry'
import { automaticWindow } from './greyWindow'
import type { SeriesSource } from './seriesSource'
import { fillSlots } from './slots'

// No colon in these ids: Cornerstone would take it for a loader's scheme and ask for the middle slice again.
const VOLUME = 'darndest-'
export const seriesVolumeId = (seriesUid: string): string => `${VOLUME}series-${seriesUid}`

/**
 * Gives back the memory of this page's volumes, heatmaps among them; single images stay cached for a quick return.
 * Cornerstone keeps a local volume's slices as images of their own and refuses to make them twice, so they go too.
 */
export function releaseVolumes(): void {
  const ours = cache.getVolumes().filter(({ volumeId }) => volumeId.startsWith(VOLUME))
  for (const { volumeId, imageIds } of ours) {
    cache.removeVolumeLoadObject(volumeId)
    for (const imageId of imageIds) if (cache.getImageLoadObject(imageId)) cache.removeImageLoadObject(imageId, { force: true })
  }
}

type Pixels = Int16Array | Uint16Array | Float32Array

function emptyLike(pixels: Types.PixelDataTypedArray, length: number): Pixels {
  if (pixels instanceof Int16Array) return new Int16Array(length)
  if (pixels instanceof Uint16Array) return new Uint16Array(length)
  return new Float32Array(length)
}

/** The volume of a series whose frames are all in Cornerstone's cache; its id. Throws where they are no volume. */
export function seriesVolume({ seriesUid, geometry, imageIds }: SeriesSource): string {
  const volumeId = seriesVolumeId(seriesUid)
  if (cache.getVolume(volumeId)) return volumeId
  const slots = slotsOf(geometry)
  const plane = geometry.frames[0]?.plane
  const images = imageIds.map((imageId) => cache.getImage(imageId))
  if (!slots || !plane || !images[0]) throw new Error('The frames of the series are not evenly spaced, or not loaded.')
  const size = plane.rows * plane.columns
  const slices = (slots.at(-1) as number) + 1
  const values = emptyLike(images[0].getPixelData(), size * slices)
  images.forEach((image, index) => image && values.set(image.getPixelData(), (slots[index] as number) * size))
  fillSlots(values, size, slots)
  volumeLoader.createLocalVolume(volumeId, {
    metadata: metadataOf(values, geometry.frameOfReference, plane),
    dimensions: [plane.columns, plane.rows, slices],
    spacing: [plane.columnSpacing, plane.rowSpacing, geometry.spacing],
    origin: plane.position,
    direction: [...plane.row, ...plane.column, ...geometry.normal] as Types.Mat3,
    scalarData: values,
  })
  return volumeId
}

function metadataOf(
  values: Pixels,
  frameOfReference: string,
  plane: { row: number[]; column: number[]; rowSpacing: number; columnSpacing: number; rows: number; columns: number },
): Types.Metadata {
  const bits = values.BYTES_PER_ELEMENT * 8
  const { width, centre } = automaticWindow(values)
  return {
    BitsAllocated: bits,
    BitsStored: bits,
    HighBit: bits - 1,
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    PixelRepresentation: values instanceof Uint16Array ? 0 : 1,
    Modality: 'MR',
    ImageOrientationPatient: [...plane.row, ...plane.column],
    PixelSpacing: [plane.rowSpacing, plane.columnSpacing],
    FrameOfReferenceUID: frameOfReference,
    Columns: plane.columns,
    Rows: plane.rows,
    voiLut: [{ windowWidth: width, windowCenter: centre }],
    VOILUTFunction: 'LINEAR',
  } as Types.Metadata
}
