/** Metadata of the hanging series, then how they hang together. One series' failure leaves the others. */
import { useQueries } from '@tanstack/react-query'
import { useEffect, useMemo, useRef } from 'react'

import type { MapMethod, ShownMap } from './explanations'
import { type Hangable, hangingSeries, type Sequence } from './hangingSeries'
import { hang } from './imaging/hanging'
import { type HeatmapVolume, loadHeatmapVolume } from './imaging/heatmapVolume'
import { loadSeriesSource } from './imaging/seriesSource'
import type { Vec3 } from './imaging/vector'
import type { HungSequence } from './paneSpecs'

export type HangingItem =
  | ({ status: 'ready' } & HungSequence)
  | { status: 'failed'; sequence: Sequence; error: Error; retry: () => void }

export interface Hanging {
  /** True until every series' metadata came or failed: the planes of one decide how another is cut. */
  pending: boolean
  sequences: Sequence[]
  items: HangingItem[]
}

export function useHanging(studyUid: string, series: Hangable[], heatmaps: ShownMap[]): Hanging {
  const wanted = hangingSeries(series)
  const results = useQueries({
    queries: wanted.map(({ seriesUid }) => ({
      queryKey: ['viewer-series', studyUid, seriesUid] as const,
      queryFn: ({ signal }: { signal: AbortSignal }) => loadSeriesSource(studyUid, seriesUid, signal),
      staleTime: Infinity,
      retry: 1,
    })),
  })
  const heatmapOf = useHeatmapLoaders(studyUid, heatmaps)
  const mapOf = (sequence: Sequence): { method: MapMethod; peak: Vec3 | undefined } => {
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
        const { sequence } = wanted[index] as (typeof wanted)[number]
        const place = result.data ? hung[next++] : undefined
        if (result.data && place) {
          return { status: 'ready', sequence, source: result.data, hung: place, heatmap: heatmapOf(sequence), ...mapOf(sequence) }
        }
        return { status: 'failed', sequence, error: result.error ?? new Error('no metadata'), retry: () => void result.refetch() }
      })
  return { pending, sequences: wanted.map(({ sequence }) => sequence), items }
}

type Loader = () => Promise<HeatmapVolume>

/** One loader per stored map; its promise is kept while it holds, forgotten when it fails so that a retry loads again. */
function useHeatmapLoaders(studyUid: string, heatmaps: ShownMap[]): (sequence: Sequence) => Loader | undefined {
  const loaders = useRef(new Map<string, Loader>())
  useEffect(() => {
    const known = loaders.current
    return () => known.clear()
  }, [studyUid])
  return (sequence) => {
    const object = heatmaps.find((each) => each.sequence === sequence)
    if (!object) return undefined
    const uid = object.sop_instance_uid
    const existing = loaders.current.get(uid)
    if (existing) return existing
    let promise: Promise<HeatmapVolume> | undefined
    const loader: Loader = () => {
      promise ??= loadHeatmapVolume(studyUid, object.series_instance_uid, uid).catch((error: unknown) => {
        promise = undefined
        throw error
      })
      return promise
    }
    loaders.current.set(uid, loader)
    return loader
  }
}
