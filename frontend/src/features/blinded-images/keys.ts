/** The keys over the images. Letters and digits that are not here are free for the form beside them. */
import type { Board } from '@/features/viewer/imaging/board'
import type { KeyActions } from '@/features/viewer/useViewerKeys'

import type { ImagesAction, ImagesState } from './choices'
import type { Vec3 } from './point'

/** As the list of keys shows them: keys, and the word (`blinded.keys.…`) that says what they do. */
export const IMAGE_KEYS: readonly (readonly [keys: readonly string[], words: string])[] = [
  [['↑', '↓'], 'scroll'],
  [['PgUp', 'PgDn'], 'page'],
  [['w'], 'preset'],
  [['i'], 'invert'],
  [['r'], 'reset'],
  [['l'], 'length'],
  [['a'], 'arrow'],
  [['f'], 'enlarge'],
]
export const POINT_KEYS: typeof IMAGE_KEYS = [
  [['x'], 'mark'],
  [['⇧ ←↑→↓'], 'move'],
]
export const HEATMAP_KEYS: typeof IMAGE_KEYS = [
  [['h'], 'heatmap'],
  [['t'], 'columns'],
  [['m'], 'peak'],
]

interface Spoken {
  board: Board
  state: ImagesState
  dispatch: (action: ImagesAction) => void
  overlay: boolean
  /** Marks a point here, or moves it by mm. */
  mark: (by?: Vec3) => void
}

/** How far one press moves a point, mm. */
const STEP = 1

export function imageKeys(spoken: Spoken): KeyActions {
  const { board, dispatch, overlay, mark } = spoken
  const on = (act: (pane: string) => void) => () => {
    const pane = board.pick(spoken.state.active)
    if (pane !== undefined) act(pane)
  }
  return {
    ArrowUp: on((pane) => board.scroll(pane, -1)),
    ArrowDown: on((pane) => board.scroll(pane, 1)),
    PageUp: on((pane) => board.scroll(pane, -5)),
    PageDown: on((pane) => board.scroll(pane, 5)),
    w: on((pane) => board.nextPreset(pane)),
    i: () => board.toggleInvert(),
    r: () => board.reset(),
    l: () => dispatch({ type: 'tool', tool: 'length' }),
    a: () => dispatch({ type: 'tool', tool: 'arrow' }),
    f: on((pane) => dispatch({ type: 'enlarge', sequence: board.specOf(pane)?.sequence })),
    x: () => mark(),
    'Shift+ArrowLeft': () => mark([-STEP, 0, 0]),
    'Shift+ArrowRight': () => mark([STEP, 0, 0]),
    'Shift+ArrowUp': () => mark([0, STEP, 0]),
    'Shift+ArrowDown': () => mark([0, -STEP, 0]),
    ...(overlay ? heatmapKeys(spoken, on) : {}),
  }
}

function heatmapKeys({ board, dispatch }: Spoken, on: (act: (pane: string) => void) => () => void): KeyActions {
  return {
    h: () => dispatch({ type: 'heatmap' }),
    t: () => dispatch({ type: 'columns' }),
    m: on((pane) => {
      const sequence = board.specOf(pane)?.sequence
      if (sequence !== undefined) board.goToStrongest(sequence)
    }),
  }
}
