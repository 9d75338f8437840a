import { useTranslation } from 'react-i18next'

import { Button } from '@/shared/ui/Button'

import type { Board } from '../imaging/board'
import type { PaneKind } from '../imaging/display'
import { type HungSequence, paneSpecs } from '../paneSpecs'
import type { Hanging, HangingItem } from '../useHanging'
import type { ViewerAction, ViewerState } from '../useViewerState'

import { HeatmapLegend } from './HeatmapLegend'
import styles from './ImageGrid.module.css'
import { reasonOf } from './PaneNotice'
import notice from './PaneNotice.module.css'
import { PaneView } from './PaneView'

type Props = {
  board: Board
  hanging: Hanging
  /** True before the study's own answer came. */
  loading: boolean
  state: ViewerState
  dispatch: (action: ViewerAction) => void
}

/** Most studies open with two sequences: the skeleton has their geometry. */
const SKELETON = ['T1WI', 'T2WI']

/** The sequences side by side (originals), or one below the other with their heatmaps beside them. */
export function ImageGrid({ board, hanging, loading, state, dispatch }: Props) {
  const { t } = useTranslation()
  const side = state.layout === 1 ? styles.columns : styles.rows
  return (
    <div className={`${styles.grid} ${side}`} role="region" aria-label={t('viewer.images')} data-layout={state.layout}>
      {loading || hanging.pending
        ? (loading ? SKELETON : hanging.sequences).map((sequence) => (
            <section key={sequence} className={styles.sequence}>
              <div className={styles.waiting} role="status">
                {t('viewer.pane.loading')}
              </div>
            </section>
          ))
        : hanging.items.map((item) => (
            <section key={item.sequence} className={styles.sequence} data-testid={`viewer-${item.sequence}`}>
              {item.status === 'failed' ? (
                <SequenceFailed item={item} />
              ) : (
                <SequencePanes board={board} item={item} state={state} dispatch={dispatch} />
              )}
            </section>
          ))}
    </div>
  )
}

function SequenceFailed({ item }: { item: Extract<HangingItem, { status: 'failed' }> }) {
  const { t } = useTranslation()
  return (
    <div className={styles.waiting} role="alert">
      <div className={notice.cover}>
        <strong>{item.sequence}</strong>
        <p>{reasonOf(item.error, t)}</p>
        <Button onClick={item.retry}>{t('viewer.failed.retry')}</Button>
      </div>
    </div>
  )
}

type PanesProps = Omit<Props, 'hanging' | 'loading'> & { item: HungSequence }

function SequencePanes({ board, item, state, dispatch }: PanesProps) {
  const { t } = useTranslation()
  const native = state.native.includes(item.sequence)
  const specs = paneSpecs(item, { layout: state.layout, overlays: state.overlays, native })
  const fused = specs.find(({ kind }) => kind === 'fused')
  const { nativelyAxial, volume, plane, missing } = item.hung
  const words = t(`viewer.plane.${plane}`)
  const cut = native || !volume ? t('viewer.pane.native', { plane: words }) : t('viewer.pane.resampled', { plane: words })
  const map = item.method === 'grad_cam' ? '' : t(`viewer.explanation.${item.method}`)
  const noteOf = (kind: PaneKind) =>
    [kind !== 'original' && state.heatmap ? map : '', nativelyAxial ? '' : cut, missing > 0 ? t('viewer.pane.missing', { missing }) : ''].filter(Boolean).join('\n') || undefined
  return (
    <>
      {specs.map((spec) => (
        <PaneView
          key={spec.id}
          board={board}
          spec={spec}
          tool={state.tool}
          active={spec.id === state.active}
          heatmapOn={state.heatmap}
          note={noteOf(spec.kind)}
          onActivate={(pane) => dispatch({ type: 'active', pane })}
        />
      ))}
      {!nativelyAxial && volume && (
        <Button className={styles.planes} onClick={() => dispatch({ type: 'native', sequence: item.sequence })}>
          {native ? t('viewer.pane.showAxial') : t('viewer.pane.showNative')}
        </Button>
      )}
      {state.heatmap && fused && (
        <HeatmapLegend board={board} pane={fused.id} sequence={item.sequence} look={state.look} method={item.method} onGo={() => board.goToStrongest(item.sequence)} />
      )}
    </>
  )
}
