/** One blinded case on one board: the reader's choices over its images, and the keys that make them. */
import { useEffect, useEffectEvent, useReducer, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { Board } from '@/features/viewer/imaging/board'
import { DEFAULT_LOOK } from '@/features/viewer/imaging/heatmapColours'
import { type Hanging, useHungSeries } from '@/features/viewer/useHanging'
import { useViewerKeys } from '@/features/viewer/useViewerKeys'

import { type ImagesAction, imagesReducer, type ImagesState, OPENING } from './choices'
import { roleOf, rootOf, wantedMaps, wantedSeries } from './hanging'
import { imageKeys } from './keys'
import { markHere, moved, type Vec3 } from './point'
import type { ImageRole, ShownImages } from './types'

export interface PointAt {
  /** LPS mm. */
  point: Vec3
  /** The series that it was marked in. */
  role: string
}

export interface BlindedImagesOptions {
  /** The point that is marked, drawn as a cross-hair in every pane of its frame of reference. */
  point?: PointAt | null | undefined
  /** Makes panes take a click (and `x`) for a point. */
  onPoint?: ((point: Vec3, role: ImageRole) => void) | undefined
  /** When the first picture of this case is on the screen. */
  onFirstImage?: (() => void) | undefined
  /** When a sequence's heatmap comes into sight or leaves it. */
  onHeatmap?: ((sequence: string, shown: boolean) => void) | undefined
  /** False while a dialog has the keys. */
  keys?: boolean
}

export interface BlindedBoard {
  shown: ShownImages
  board: Board
  hanging: Hanging
  state: ImagesState
  dispatch: (action: ImagesAction) => void
  /** Whether there is a heatmap to show. */
  overlay: boolean
  options: BlindedImagesOptions
}

const NO_PATH: ShownImages = { root: '', study_uid: '', series: [], heatmaps: [] }

/** Give `key` of the case to the component that calls this: another case is another board. */
export function useBlindedImages(images: ShownImages | undefined, options: BlindedImagesOptions): BlindedBoard {
  const { t } = useTranslation()
  const shown = images ?? NO_PATH
  const address = { root: rootOf(shown), studyUid: shown.study_uid }
  const wanted = wantedSeries(shown.series, (role) => t(shown.comparison ? 'blinded.comparisonTitle' : 'blinded.priorTitle', { role }))
  const hanging = useHungSeries(address, wanted, wantedMaps(shown.heatmaps))
  const [state, dispatch] = useReducer(imagesReducer, OPENING)
  const board = useBoard(hanging, state)
  const overlaid = hanging.items.filter((item) => item.status === 'ready' && item.heatmap !== undefined && item.hung.volume).map(({ sequence }) => sequence)
  const overlay = overlaid.length > 0
  useHeatmapsSeen(state.heatmap ? overlaid.filter((each) => (state.enlarged ?? each) === each) : [], options.onHeatmap)
  const mark = (move?: Vec3) => markPoint(board, state, options, move)
  useViewerKeys(imageKeys({ board, state, dispatch, overlay, mark }), options.keys ?? true)
  return { shown, board, hanging, state, dispatch, overlay, options }
}

function useBoard(hanging: Hanging, { heatmap, tool }: ImagesState): Board {
  const [board] = useState(() => new Board(true))
  board.hang(hanging.items.flatMap((item) => (item.status === 'ready' ? [item.hung] : [])))
  useEffect(() => board.setHeatmap(DEFAULT_LOOK, heatmap), [board, heatmap])
  useEffect(() => board.chooseTool(tool === 'length' || tool === 'arrow' ? tool : undefined), [board, tool])
  useEffect(() => () => board.dispose(), [board])
  return board
}

function useHeatmapsSeen(seen: string[], told: BlindedImagesOptions['onHeatmap']): void {
  const before = useRef<string[]>([])
  const compare = useEffectEvent(() => {
    seen.filter((each) => !before.current.includes(each)).forEach((each) => told?.(each, true))
    before.current.filter((each) => !seen.includes(each)).forEach((each) => told?.(each, false))
    before.current = seen
  })
  const names = seen.join()
  useEffect(() => compare(), [names])
}

/** The keyboard's way to a point: in the middle of the active pane, or the point that is there, on this slice or moved by mm. */
function markPoint(board: Board, state: ImagesState, { point, onPoint }: BlindedImagesOptions, move?: Vec3): void {
  const pane = board.pick(state.active)
  const spec = pane === undefined ? undefined : board.specOf(pane)
  const role = spec && roleOf(spec.sequence)
  const view = pane === undefined ? undefined : board.snapshot(pane)?.view
  if (!spec || !role || !view || !onPoint) return
  const next = move ? point && moved(spec.geometry, point.point, move) : markHere(spec.geometry, view.centre, point?.point)
  if (next) onPoint(next, role)
}

/** What a click of a pane marks. */
export function pickIn({ board, options }: BlindedBoard, paneId: string, x: number, y: number): void {
  const role = roleOf(board.specOf(paneId)?.sequence ?? '')
  const point = board.pointAt(paneId, x, y)
  if (role && point) options.onPoint?.(rounded(point), role)
}

/** To a hundredth of a millimetre: an answer is no finer than a pixel. */
function rounded(point: Vec3): Vec3 {
  return point.map((value) => Math.round(value * 100) / 100) as Vec3
}

/** Brings the slice of a point into every pane of its series' frame of reference. */
export function goToPoint({ board }: BlindedBoard, { point, role }: PointAt): void {
  const pane = board.pick(undefined, role) ?? board.pick()
  if (pane !== undefined) board.goTo(pane, point)
}
