import { useTranslation } from 'react-i18next'

import { Icon, type IconName } from '@/features/viewer/components/Icon'
import type { Tool } from '@/features/viewer/useViewerState'

import styles from './ImageTools.module.css'
import type { BlindedBoard } from './useBlindedImages'

/** `overlays` false: the page has other buttons for heatmaps. */
type Props = { images: BlindedBoard; upright?: boolean; overlays?: boolean }

const DRAGS: { tool: Tool; icon: IconName; words: string }[] = [
  { tool: 'window', icon: 'window', words: 'window' },
  { tool: 'scroll', icon: 'scroll', words: 'scrollDrag' },
  { tool: 'pan', icon: 'pan', words: 'pan' },
  { tool: 'zoom', icon: 'zoom', words: 'zoom' },
  { tool: 'length', icon: 'length', words: 'length' },
  { tool: 'arrow', icon: 'arrow', words: 'arrow' },
]

/** The tools over the images as one strip of buttons, each with its key; `upright` as a rail beside them. */
export function ImageTools({ images, upright = false, overlays = true }: Props) {
  const { t } = useTranslation()
  const { board, state, dispatch } = images
  const overlay = images.overlay && overlays
  const speak = (act: (pane: string) => void) => () => {
    const pane = board.pick(state.active)
    if (pane !== undefined) act(pane)
  }
  return (
    <div className={upright ? styles.rail : styles.strip} role="toolbar" aria-label={t('viewer.tools')} aria-orientation={upright ? 'vertical' : 'horizontal'}>
      {overlay && <ToolButton name="heatmap" icon="heatmap" pressed={state.heatmap} onPress={() => dispatch({ type: 'heatmap' })} />}
      {overlay && <ToolButton name="columns" icon="layout3" pressed={state.columns} onPress={() => dispatch({ type: 'columns' })} />}
      {DRAGS.map(({ tool, icon, words }) => (
        <ToolButton key={tool} name={words} icon={icon} pressed={state.tool === tool} onPress={() => dispatch({ type: 'tool', tool })} />
      ))}
      <ToolButton name="preset" icon="preset" onPress={speak((pane) => board.nextPreset(pane))} />
      <ToolButton name="invert" icon="invert" onPress={() => board.toggleInvert()} />
      <ToolButton name="reset" icon="reset" onPress={() => board.reset()} />
      <ToolButton name="enlarge" icon="panel" pressed={state.enlarged !== undefined} onPress={speak((pane) => dispatch({ type: 'enlarge', sequence: board.specOf(pane)?.sequence }))} />
    </div>
  )
}

type ToolProps = { name: string; icon: IconName; pressed?: boolean; onPress: () => void }

const KEYS: Record<string, string> = { heatmap: 'h', columns: 't', length: 'l', arrow: 'a', preset: 'w', invert: 'i', reset: 'r', enlarge: 'f' }

function ToolButton({ name, icon, pressed, onPress }: ToolProps) {
  const { t } = useTranslation()
  const label = t(`blinded.keys.${name}`) + (KEYS[name] ? ` (${KEYS[name]})` : '')
  return (
    <button type="button" className={styles.tool} aria-label={label} title={label} aria-pressed={pressed} data-testid={`image-${name}`} onClick={onPress}>
      <Icon name={icon} />
    </button>
  )
}
