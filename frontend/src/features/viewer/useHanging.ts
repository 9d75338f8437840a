/** Metadata of the hanging series, then how they hang together. One series' failure leaves the others. */
import { useQueries } from '@tanstack/react-query'
import { useEffect, useMemo, useRef } from 'react'

import type { MapMethod, ShownMap } from './explanations'
import { type Hangable, hangingSeries } from './hangingSeries'
import { inArchive, type StudyAddress } from './imaging/dicomweb'
import { hang } from './imaging/hanging'
import { type HeatmapVolume, loadHeatmapVolume } from './imaging/heatmapVolume'
import { loadSeriesSource, type SeriesSource } from './imaging/seriesSource'
import type { Vec3 } from './imaging/vector'
import type { HungSequence } from './paneSpecs'

export type HangingItem =
  | ({ status: 'ready' } & HungSequence)
  | { status: 'failed'; sequence: string; error: Error; retry: () => void }

export interface Hanging {
  /** True until every series' metadata came or failed: the planes of one decide how another is cut. */
  pending: boolean
  sequences: string[]
  items: HangingItem[]
}

/** A series to hang, under the name that its panes, its window and its heatmap go by. */
export interface WantedSeries {
  sequence: string
  title?: string
  seriesUid: string
}

export type WantedMap = Pick<ShownMap, 'sequence' | 'series_instance_uid' | 'sop_instance_uid' | 'peak' | 'method'>

/** Geometry and image ids of one series, asked for once. */
export const seriesQuery = (study: StudyAddress, seriesUid: string) => ({
  queryKey: ['viewer-series', study.root, study.studyUid, seriesUid] as const,
  queryFn: ({ signal }: { signal: AbortSignal }): Promise<SeriesSource> => loadSeriesSource(study, seriesUid, signal),
  staleTime: Infinity,
  retry: 1,
})

export function useHanging(studyUid: string, series: Hangable[], heatmaps: ShownMap[]): Hanging {
  return useHungSeries(inArchive(studyUid), hangingSeries(series), heatmaps)
}

export function useHungSeries(study: StudyAddress, wanted: WantedSeries[], heatmaps: WantedMap[]): Hanging {
  const results = useQueries({ queries: wanted.map(({ seriesUid }) => seriesQuery(study, seriesUid)) })
  const heatmapOf = useHeatmapLoaders(study, heatmaps)
  const mapOf = (sequence: string): { method: MapMethod; peak: Vec3 | undefined } => {
    const map = heatmaps.find((each) => each.sequence === sequence)
    return { method: map?.method ?? 'grad_cam', peak: map?.peak?.length === 3 ? (map.peak as Vec3) : undefined }
  }
  const pending = results.some(({ status }) => status === 'pending')
  const sources = results.map(({ data }) => data)
  // The hanging is made anew only when a series really came or changed: panes compare its objects.
  const version = results.map(({ data, dataUpdatedAt }) => `${data?.seriesUid ?? '-'}@${dataUpdatedAt}`).join()
  const hung = useMemo(() => hang(sources.flatMap((source) => (source ? [source.geometry] : []))), [version]) // eslint-disable-line react-hooks/exhaustive-deps
  let next = 0
  const items = pending
    ? []
    : results.map((result, index): HangingItem => {
        const { sequence, title } = wanted[index] as WantedSeries
        const place = result.data ? hung[next++] : undefined
        if (result.data && place) {
          return { status: 'ready', sequence, title, source: result.data, hung: place, heatmap: heatmapOf(sequence), ...mapOf(sequence) }
        }
        return { status: 'failed', sequence, error: result.error ?? new Error('no metadata'), retry: () => void result.refetch() }
      })
  return { pending, sequences: wanted.map(({ sequence }) => sequence), items }
}

type Loader = () => Promise<HeatmapVolume>

/** One loader per stored map; its promise is kept while it holds, forgotten when it fails so that a retry loads again. */
function useHeatmapLoaders(study: StudyAddress, heatmaps: WantedMap[]): (sequence: string) => Loader | undefined {
  const { root, studyUid } = study
  const loaders = useRef(new Map<string, Loader>())
  useEffect(() => {
    const known = loaders.current
    return () => known.clear()
  }, [root, studyUid])
  return (sequence) => {
    const object = heatmaps.find((each) => each.sequence === sequence)
    if (!object) return undefined
    const uid = object.sop_instance_uid
    const existing = loaders.current.get(uid)
    if (existing) return existing
    let promise: Promise<HeatmapVolume> | undefined
    const loader: Loader = () => {
      promise ??= loadHeatmapVolume({ root, studyUid }, object.series_instance_uid, uid).catch((error: unknown) => {
        promise = undefined
        throw error
      })
      return promise
    }
    loaders.current.set(uid, loader)
    return loader
  }
}
