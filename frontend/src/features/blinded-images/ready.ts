/** Images of the next case, fetched while this one is read, so that its first picture is there at once. */
import type { QueryClient } from '@tanstack/react-query'

import { startCornerstone } from '@/features/viewer/imaging/cornerstone'
import { loadFrames } from '@/features/viewer/imaging/frameLoader'
import { rehearse } from '@/features/viewer/imaging/rehearsal'
import { seriesQuery } from '@/features/viewer/useHanging'

import { rootOf } from './hanging'
import type { ShownImages } from './types'

/** The drawing engine, before there is anything to draw. */
export async function makeImagesReady(): Promise<void> {
  await startCornerstone()
  await rehearse()
}

/** Every series of a case into the cache; what fails will be asked for, and told, when the case opens. */
export async function fetchAhead(client: QueryClient, shown: ShownImages, signal: AbortSignal): Promise<void> {
  const study = { root: rootOf(shown), studyUid: shown.study_uid }
  for (const { series_uid } of shown.series) {
    if (signal.aborted) return
    const source = await client.fetchQuery(seriesQuery(study, series_uid)).catch(() => undefined)
    if (source) await loadFrames(source.imageIds, Math.floor(source.imageIds.length / 2), () => undefined, signal)
  }
}
