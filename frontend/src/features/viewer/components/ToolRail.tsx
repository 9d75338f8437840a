import { useTranslation } from 'react-i18next'

import type { Layout, Tool, ViewerAction, ViewerState } from '../useViewerState'

import { Icon, type IconName } from './Icon'
import styles from './ToolRail.module.css'

export type BoardAct = 'preset' | 'invert' | 'reset' | 'peak'

type Props = {
  state: ViewerState
  dispatch: (action: ViewerAction) => void
  act: (act: BoardAct) => void
  heatmapAvailable: boolean
}

const TOOLS: { tool: Tool; icon: IconName; words: string; key?: string }[] = [
  { tool: 'window', icon: 'window', words: 'window' },
  { tool: 'scroll', icon: 'scroll', words: 'scrollDrag' },
  { tool: 'pan', icon: 'pan', words: 'pan' },
  { tool: 'zoom', icon: 'zoom', words: 'zoom' },
  { tool: 'length', icon: 'length', words: 'length', key: 'l' },
  { tool: 'arrow', icon: 'arrow', words: 'arrow', key: 'a' },
]

const LAYOUTS: { layout: Layout; icon: IconName; words: string }[] = [
  { layout: 1, icon: 'layout1', words: 'originals' },
  { layout: 2, icon: 'layout2', words: 'fused' },
  { layout: 3, icon: 'layout3', words: 'all' },
]

const ACTS: { act: BoardAct; icon: IconName; key: string }[] = [
  { act: 'preset', icon: 'preset', key: 'w' },
  { act: 'invert', icon: 'invert', key: 'i' },
  { act: 'reset', icon: 'reset', key: 'r' },
]

/** The tools, each with its key in its title; every one is a button. */
export function ToolRail({ state, dispatch, act, heatmapAvailable }: Props) {
  const { t } = useTranslation()
  const label = (words: string, key?: string) => `${t(`viewer.keys.${words}`)}${key ? ` (${key})` : ''}`
  return (
    <section className={styles.rail} aria-label={t('viewer.tools')}>
      <RailButton
        icon="heatmap"
        label={heatmapAvailable ? label('heatmap', 'h') : t('viewer.heatmap.none')}
        pressed={state.heatmap}
        disabled={!heatmapAvailable}
        testId="heatmap-toggle"
        onPress={() => dispatch({ type: 'toggle', part: 'heatmap' })}
      />
      {LAYOUTS.map(({ layout, icon, words }) => (
        <RailButton
          key={layout}
          icon={icon}
          label={label(words, String(layout))}
          pressed={state.layout === layout}
          disabled={layout !== 1 && !heatmapAvailable}
          testId={`layout-${layout}`}
          onPress={() => dispatch({ type: 'layout', layout })}
        />
      ))}
      <RailButton icon="peak" label={label('peak', 'm')} disabled={!heatmapAvailable} testId="peak" onPress={() => act('peak')} />
      <hr className={styles.rule} />
      {TOOLS.map(({ tool, icon, words, key }) => (
        <RailButton
          key={tool}
          icon={icon}
          label={label(words, key)}
          pressed={state.tool === tool}
          testId={`tool-${tool}`}
          onPress={() => dispatch({ type: 'tool', tool })}
        />
      ))}
      <hr className={styles.rule} />
      {ACTS.map(({ act: name, icon, key }) => (
        <RailButton key={name} icon={icon} label={label(name, key)} testId={name} onPress={() => act(name)} />
      ))}
      <span className={styles.space} />
      <RailButton icon="panel" label={label('panel', ']')} pressed={state.panel} onPress={() => dispatch({ type: 'toggle', part: 'panel' })} />
      <RailButton icon="keys" label={label('keys', '?')} pressed={state.help} onPress={() => dispatch({ type: 'toggle', part: 'help' })} />
    </section>
  )
}

type ButtonProps = { icon: IconName; label: string; pressed?: boolean; disabled?: boolean; testId?: string; onPress: () => void }

function RailButton({ icon, label, pressed, disabled = false, testId, onPress }: ButtonProps) {
  return (
    <button type="button" className={styles.tool} aria-label={label} title={label} aria-pressed={pressed} disabled={disabled} data-testid={testId} onClick={onPress}>
      <Icon name={icon} />
    </button>
  )
}
