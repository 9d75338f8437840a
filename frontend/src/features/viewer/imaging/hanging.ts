/** How the series of a study hang: which pane geometry each gets, and who leads position and scale. Pure. */
import { type AnatomicalPlane, type SeriesGeometry, slotsOf } from './geometry'
import { fitScale, nativePane, type PaneGeometry, reformattedPane } from './paneGeometry'
import type { Vec3 } from './vector'

export interface HungSeries {
  geometry: SeriesGeometry
  axial: PaneGeometry
  native: PaneGeometry
  plane: AnatomicalPlane
  /** False where the axial view is a reformat of another plane. */
  nativelyAxial: boolean
  /** False where gaps between frames forbid a reformat: then only native planes are shown. */
  volume: boolean
  /** Slices that are not stored and are interpolated where the series is cut anew. */
  missing: number
}

/** The series in the order given; reformats are cut parallel to the first natively axial one in the same frame of reference. */
export function hang(geometries: SeriesGeometry[]): HungSeries[] {
  return geometries.map((geometry) => {
    const native = nativePane(geometry)
    const slots = slotsOf(geometry)
    const volume = slots !== undefined
    const missing = slots ? (slots.at(-1) as number) + 1 - slots.length : 0
    const nativelyAxial = geometry.plane === 'axial'
    const leader = geometries.find((other) => other.plane === 'axial' && other.frameOfReference === geometry.frameOfReference)
    const axial = nativelyAxial || !volume ? native : reformattedPane(geometry, leader && nativePane(leader))
    return { geometry, axial, native, plane: geometry.plane, nativelyAxial, volume, missing }
  })
}

/** Where a frame of reference opens: the middle of its first natively axial series, else of its first series. */
export function openingPoint(hung: HungSeries[], frameOfReference: string): Vec3 {
  const own = hung.filter(({ geometry }) => geometry.frameOfReference === frameOfReference)
  const leader = own.find(({ nativelyAxial }) => nativelyAxial) ?? own[0]
  return leader ? leader.axial.centre : [0, 0, 0]
}

/** One scale (mm) for all panes, so that equal things look equally large: the largest that the native axial series need. */
export function openingScale(hung: HungSeries[], aspect: number): number {
  const native = hung.filter(({ nativelyAxial }) => nativelyAxial)
  const leading = native.length > 0 ? native : hung
  return Math.max(...leading.map(({ axial }) => fitScale(axial, aspect)), 1)
}
