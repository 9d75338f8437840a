import { fireEvent, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { setLanguage } from '@/i18n'

import type { Board } from '../imaging/board'
import { DEFAULT_LOOK } from '../imaging/heatmapColours'
import type { PaneSnapshot } from '../imaging/paneSnapshot'
import { HeatmapLegend } from './HeatmapLegend'

type Found = PaneSnapshot['heatmap']

/** The legend of a pane that stands on slice 3 (from 0), over what the board found of its heatmap. */
function show(heatmap: Found) {
  const onGo = vi.fn()
  const snapshot = { status: 'ready', slice: 3, heatmap } as PaneSnapshot
  const board = { subscribe: () => () => undefined, snapshot: () => snapshot } as unknown as Board
  render(<HeatmapLegend board={board} pane="T2WI-fused-axial" sequence="T2WI" look={DEFAULT_LOOK} method="grad_cam" onGo={onGo} />)
  return { legend: screen.getByTestId('heatmap-legend-T2WI'), onGo }
}

afterEach(() => setLanguage('en'))

describe("a heatmap's legend", () => {
  it('says on which slice it is strongest, below the threshold too, and leads there', () => {
    const { legend, onGo } = show({ slices: undefined, threshold: 0.3, strongest: { slice: 13, value: 0.21 } })
    expect(legend.textContent).toContain('strongest 0.21 on slice 14')
    fireEvent.click(screen.getByRole('button'))
    expect(onGo).toHaveBeenCalledOnce()
  })

  it('says so where that is the slice shown', () => {
    expect(show({ slices: [2, 5], threshold: 0.3, strongest: { slice: 3, value: 0.71 } }).legend.textContent).toContain('strongest 0.71, on this slice')
    expect(screen.queryByRole('button')).toBeNull()
  })

  it('says plainly that nothing is marked, and that this excludes nothing', () => {
    const { legend } = show({ slices: undefined, threshold: 0.3, strongest: undefined })
    expect(legend.textContent).toContain('marks no evidence for recurrence in this series')
    expect(legend.textContent).toContain('does not exclude')
    expect(screen.queryByRole('button')).toBeNull()
  })

  it('rounds no mark to nothing', () => {
    expect(show({ slices: undefined, threshold: 0.3, strongest: { slice: 1, value: 0.002 } }).legend.textContent).toContain('strongest < 0.01 on slice 2')
  })

  it('waits for the map, in Chinese too', () => {
    setLanguage('zh')
    expect(show(undefined).legend.textContent).toContain('正在加载热图')
  })
})
