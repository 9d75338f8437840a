import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useSearchParams } from 'react-router'

import { keys } from '@/api/query'
import { Elsewhere } from '@/features/sources/Elsewhere'
import { useElsewhere } from '@/features/sources/useElsewhere'
import { Failed } from '@/shared/ui/Failed'
import notice from '@/shared/ui/Notice.module.css'

import { useExplanations, useNeighbours, useResult, useStudy } from './api/queries'
import { ImageGrid } from './components/ImageGrid'
import { KeysDialog } from './components/KeysDialog'
import { type BoardAct, ToolRail } from './components/ToolRail'
import { TopBar } from './components/TopBar'
import { type ShownMap, shownMaps } from './explanations'
import { Board } from './imaging/board'
import type { Vec3 } from './imaging/vector'
import styles from './StudyViewer.module.css'
import { type Hanging, useHanging } from './useHanging'
import { type KeyActions, useViewerKeys } from './useViewerKeys'
import { type ViewerAction, type ViewerState, useViewerState } from './useViewerState'
import { ElsewherePanel } from './why/ElsewherePanel'
import { WhyPanel } from './why/WhyPanel'

type Side = 'next' | 'previous'

const NOTHING: never[] = []

/** One study: images, the tools over them, and why its tier is what it is. */
export function StudyViewer({ uid }: { uid: string }) {
  const { t } = useTranslation()
  const [parameters] = useSearchParams()
  const search = parameters.size > 0 ? `?${parameters}` : ''
  const study = useStudy(uid)
  const { data: result } = useResult(uid)
  const neighbours = useNeighbours(uid, search)
  const [state, dispatch] = useViewerState()
  const { data: explanations } = useExplanations(uid)
  const made = explanations?.results ?? NOTHING
  const maps = shownMaps(result?.heatmaps ?? NOTHING, made, state.maps)
  const elsewhere = useElsewhere(uid, study.error, study.refetch)
  const { standing } = elsewhere
  const hanging = useHanging(uid, study.data?.series ?? standing?.listing ?? NOTHING, maps)
  const readThrough = standing !== undefined && hanging.sequences.length > 0
  useKeptAnew(uid, readThrough && !hanging.pending)
  const board = useBoard(hanging, state)
  const heatmapAvailable = hanging.items.some((item) => item.status === 'ready' && item.heatmap !== undefined && item.hung.volume)
  const act = (name: BoardAct) => actOn(board, name, state.active, maps)
  const go = useGo(search)
  const goBeside = useGoBeside(neighbours, go)

  useViewerKeys(
    {
      ...stateKeys(dispatch, heatmapAvailable),
      ...boardKeys(board, state.active, act),
      n: () => goBeside('next'),
      p: () => goBeside('previous'),
    },
    !state.help,
  )
  useEffect(() => {
    document.title = `DARNDEST · ${t('viewer.title')}`
  }, [t])

  const empty = study.data !== undefined && !hanging.pending && hanging.sequences.length === 0
  return (
    <div className={styles.page} data-rail={state.rail} data-panel={state.panel}>
      <TopBar study={study.data ?? standing?.study ?? undefined} result={result} neighbours={neighbours.data} search={search} onGo={go} />
      {state.rail && <ToolRail state={state} dispatch={dispatch} act={act} heatmapAvailable={heatmapAvailable} />}
      <main className={styles.images}>
        {study.error && !readThrough && !elsewhere.pending ? (
          <div className={styles.centred}>
            {standing ? <Elsewhere uid={uid} study={standing} className={notice.notice} /> : <Failed error={study.error} onRetry={study.refetch} />}
          </div>
        ) : empty ? (
          <Empty />
        ) : (
          <ImageGrid board={board} hanging={hanging} loading={study.isPending || elsewhere.pending} state={state} dispatch={dispatch} />
        )}
      </main>
      {state.panel && study.data && (
        <WhyPanel
          study={study.data}
          result={result}
          heatmap={state.heatmap}
          maps={maps}
          explanations={made}
          onMap={(sequence, method) => dispatch({ type: 'map', sequence, method })}
          look={state.look}
          onLook={(look) => dispatch({ type: 'look', look })}
          onPeak={() => act('peak')}
          rolesMissing={empty}
        />
      )}
      {state.panel && readThrough && <ElsewherePanel uid={uid} study={standing} />}
      {state.help && <KeysDialog onClose={() => dispatch({ type: 'toggle', part: 'help' })} />}
    </div>
  )
}

/** What was read through is kept from then on, and its headers tell its role better: ask how the study stands once more. */
function useKeptAnew(uid: string, came: boolean) {
  const client = useQueryClient()
  useEffect(() => {
    if (came) void client.invalidateQueries({ queryKey: keys.upstream(uid) })
  }, [client, uid, came])
}

function Empty() {
  const { t } = useTranslation()
  return (
    <div className={styles.centred} data-testid="viewer-empty">
      <h2>{t('viewer.empty.title')}</h2>
      <p className={styles.muted}>{t('viewer.empty.body')}</p>
    </div>
  )
}

/** The board of this page: told how the series hang before any pane attaches, and what the reader chose; ended with the page. */
function useBoard(hanging: Hanging, { look, heatmap, tool }: ViewerState): Board {
  const [board] = useState(() => new Board())
  board.hang(hanging.items.flatMap((item) => (item.status === 'ready' ? [item.hung] : [])))
  useEffect(() => board.setHeatmap(look, heatmap), [board, look, heatmap])
  useEffect(() => board.chooseTool(tool === 'length' || tool === 'arrow' ? tool : undefined), [board, tool])
  useEffect(() => () => board.dispose(), [board])
  return board
}

function useGo(search: string): (uid: string | null | undefined) => void {
  const navigate = useNavigate()
  return (uid) => {
    if (uid) void navigate({ pathname: `/viewer/${uid}/`, search })
  }
}

/** Next or previous study by a key; one pressed before the neighbours are known acts when they are. */
function useGoBeside({ data, isError }: ReturnType<typeof useNeighbours>, go: (uid: string | null | undefined) => void) {
  const [wanted, setWanted] = useState<Side>()
  const leave = useEffectEvent((side: Side) => {
    setWanted(undefined)
    go(data?.[side])
  })
  useEffect(() => {
    if (wanted && (data || isError)) leave(wanted)
  }, [wanted, data, isError])
  return setWanted
}

function actOn(board: Board, act: BoardAct, active: string | undefined, maps: ShownMap[]): void {
  const pane = board.pick(active)
  if (!pane) return
  if (act === 'preset') board.nextPreset(pane)
  if (act === 'invert') board.toggleInvert()
  if (act === 'reset') board.reset()
  if (act === 'peak') goToPeak(board, pane, maps)
}

/** Where the active sequence's map is strongest, as its legend says; before that map came, or where it marks nothing, the first peak there is. */
function goToPeak(board: Board, pane: string, maps: ShownMap[]): void {
  const own = board.specOf(pane)?.sequence
  if (own && board.goToStrongest(own)) return
  const peaks = maps.filter(({ peak }) => peak?.length === 3)
  const map = peaks.find(({ sequence }) => sequence === own) ?? peaks[0]
  const target = map && board.pick(undefined, map.sequence)
  if (map?.peak && target) board.goTo(target, map.peak as Vec3)
}

function stateKeys(dispatch: (action: ViewerAction) => void, heatmap: boolean): KeyActions {
  return {
    '1': () => dispatch({ type: 'layout', layout: 1 }),
    '2': () => heatmap && dispatch({ type: 'layout', layout: 2 }),
    '3': () => heatmap && dispatch({ type: 'layout', layout: 3 }),
    h: () => heatmap && dispatch({ type: 'toggle', part: 'heatmap' }),
    l: () => dispatch({ type: 'tool', tool: 'length' }),
    a: () => dispatch({ type: 'tool', tool: 'arrow' }),
    '[': () => dispatch({ type: 'toggle', part: 'rail' }),
    ']': () => dispatch({ type: 'toggle', part: 'panel' }),
    '?': () => dispatch({ type: 'toggle', part: 'help' }),
  }
}

function boardKeys(board: Board, active: string | undefined, act: (name: BoardAct) => void): KeyActions {
  const scroll = (steps: number) => () => {
    const pane = board.pick(active)
    if (pane) board.scroll(pane, steps)
  }
  return {
    ArrowUp: scroll(-1),
    ArrowDown: scroll(1),
    PageUp: scroll(-5),
    PageDown: scroll(5),
    w: () => act('preset'),
    i: () => act('invert'),
    r: () => act('reset'),
    m: () => act('peak'),
  }
}
