/** How a blinded case hangs: T1 | T2 (| enhanced T1) side by side, the prior examination below, each under its sequence. Pure. */
import type { WantedMap, WantedSeries } from '@/features/viewer/useHanging'

import { type BlindedHeatmap, type BlindedSeries, type ImageRole, ROLES, type ShownImages } from './types'

/** A prior's panes, windows and scrolling go by a name of their own. */
export const priorOf = (role: ImageRole): string => `prior-${role}`

export function roleOf(sequence: string): ImageRole | undefined {
  return ROLES.find((role) => role === sequence)
}

const inOrder = (series: BlindedSeries[], prior: boolean) =>
  ROLES.flatMap((role) => series.filter((each) => each.role === role && each.prior === prior).slice(0, 1).map((each) => ({ role, each })))

export function wantedSeries(series: BlindedSeries[], priorTitle: (role: ImageRole) => string): WantedSeries[] {
  return [
    ...inOrder(series, false).map(({ role, each }) => ({ sequence: role, seriesUid: each.series_uid })),
    ...inOrder(series, true).map(({ role, each }) => ({ sequence: priorOf(role), title: priorTitle(role), seriesUid: each.series_uid })),
  ]
}

/** The grid's rows of sequences; a prior stands under its own sequence, and nothing where there is none. */
export function rows(series: BlindedSeries[]): (string | undefined)[][] {
  const current = inOrder(series, false).map(({ role }) => role)
  const prior = inOrder(series, true).map(({ role }) => role)
  if (prior.length === 0) return [current]
  const columns = ROLES.filter((role) => current.includes(role) || prior.includes(role))
  const row = (roles: ImageRole[], name: (role: ImageRole) => string) => columns.map((role) => (roles.includes(role) ? name(role) : undefined))
  return [row(current, (role) => role), row(prior, priorOf)]
}

export function wantedMaps(heatmaps: BlindedHeatmap[]): WantedMap[] {
  return heatmaps.map(({ sequence, series_uid, sop_instance_uid, peak }) => ({
    sequence,
    series_instance_uid: series_uid,
    sop_instance_uid,
    peak: peak ?? [],
    method: 'grad_cam',
  })) as WantedMap[]
}

/** The DICOMweb root of what the API calls `root`. */
export function rootOf({ root }: Pick<ShownImages, 'root'>): string {
  const bare = root.replace(/\/+$/, '')
  return bare.endsWith('/dicom-web') ? bare : `${bare}/dicom-web`
}
