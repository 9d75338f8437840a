/** A series as the viewer needs it: geometry and Cornerstone image ids, in the same order. */
import { wadors } from '@cornerstonejs/dicom-image-loader'

import { startCornerstone } from './cornerstone'
import type { DicomJson } from './dicomJson'
import { stringOf } from './dicomJson'
import { fetchSeriesMetadata, frameUrl, type StudyAddress } from './dicomweb'
import { seriesGeometry, type SeriesGeometry } from './geometry'

export interface SeriesSource {
  seriesUid: string
  geometry: SeriesGeometry
  /** wadors: image ids, ascending along the geometry's normal. */
  imageIds: string[]
}

function register(study: StudyAddress, seriesUid: string, metadata: DicomJson[], geometry: SeriesGeometry): string[] {
  const instances = new Map(metadata.map((instance) => [stringOf(instance, '00080018'), instance]))
  // Cornerstone finds a multi-frame object's frames through its first frame's id.
  for (const [uid, instance] of instances) {
    if (uid && instance) add(`wadors:${frameUrl(study, seriesUid, uid, 1)}`, instance)
  }
  return geometry.frames.map(({ instanceUid, frame }) => `wadors:${frameUrl(study, seriesUid, instanceUid, frame)}`)
}

function add(imageId: string, instance: DicomJson): void {
  wadors.metaDataManager.add(imageId, instance as Parameters<typeof wadors.metaDataManager.add>[1])
}

export async function loadSeriesSource(study: StudyAddress, seriesUid: string, signal?: AbortSignal): Promise<SeriesSource> {
  // Starting empties Cornerstone's stores, so nothing may be registered before.
  const [metadata] = await Promise.all([fetchSeriesMetadata(study, seriesUid, signal), startCornerstone()])
  const geometry = seriesGeometry(metadata)
  return { seriesUid, geometry, imageIds: register(study, seriesUid, metadata, geometry) }
}
