/** A series as the viewer needs it: geometry and Cornerstone image ids, in the same order. */
import { wadors } from '@cornerstonejs/dicom-image-loader'

import { startCornerstone } from './cornerstone'
import type { DicomJson } from './dicomJson'
import { stringOf } from './dicomJson'
import { fetchSeriesMetadata, frameUrl } from './dicomweb'
import { seriesGeometry, type SeriesGeometry } from './geometry'

export interface SeriesSource {
  seriesUid: string
  geometry: SeriesGeometry
  /** wadors: image ids, ascending along the geometry's normal. */
  imageIds: string[]
}

function register(studyUid: string, seriesUid: string, metadata: DicomJson[], geometry: SeriesGeometry): string[] {
  const instances = new Map(metadata.map((instance) => [stringOf(instance, '00080018'), instance]))
  // Cornerstone finds a multi-frame object's frames through its first frame's id.
  for (const [uid, instance] of instances) {
    if (uid && instance) add(`wadors:${frameUrl(studyUid, seriesUid, uid, 1)}`, instance)
  }
  return geometry.frames.map(({ instanceUid, frame }) => `wadors:${frameUrl(studyUid, seriesUid, instanceUid, frame)}`)
}

function add(imageId: string, instance: DicomJson): void {
  wadors.metaDataManager.add(imageId, instance as Parameters<typeof wadors.metaDataManager.add>[1])
}

export async function loadSeriesSource(studyUid: string, seriesUid: string, signal?: AbortSignal): Promise<SeriesSource> {
  // Starting empties Cornerstone's stores, so nothing may be registered before.
  const [metadata] = await Promise.all([fetchSeriesMetadata(studyUid, seriesUid, signal), startCornerstone()])
  const geometry = seriesGeometry(metadata)
  return { seriesUid, geometry, imageIds: register(studyUid, seriesUid, metadata, geometry) }
}
