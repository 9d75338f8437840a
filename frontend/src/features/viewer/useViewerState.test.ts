import { describe, expect, it } from 'vitest'

import type { Role, SeriesDetail } from '@/api/types'
import { tierSentence } from '@/shared/tier'

import { dragAction } from './components/dragAction'
import { wheelSteps } from './components/wheelSteps'
import { hangingSeries } from './hangingSeries'
import { kindsFor } from './paneSpecs'
import { OPENING, viewerReducer } from './useViewerState'

describe('the viewer’s state', () => {
  it('opens with originals and no overlay', () => {
    expect(OPENING).toMatchObject({ layout: 1, heatmap: false, overlays: false })
    expect(kindsFor(OPENING.layout, OPENING.overlays, true)).toEqual(['original'])
  })

  it('h shows and hides in place, and keeps the overlay mounted', () => {
    const on = viewerReducer(OPENING, { type: 'toggle', part: 'heatmap' })
    const off = viewerReducer(on, { type: 'toggle', part: 'heatmap' })
    expect(on).toMatchObject({ heatmap: true, overlays: true })
    expect(off).toMatchObject({ heatmap: false, overlays: true })
    expect(kindsFor(on.layout, on.overlays, true)).toEqual(['fused'])
  })

  it('2 and 3 ask for the heatmap, 1 for the images alone', () => {
    const three = viewerReducer(OPENING, { type: 'layout', layout: 3 })
    expect(three.heatmap).toBe(true)
    expect(kindsFor(three.layout, three.overlays, true)).toEqual(['original', 'heatmap', 'fused'])
    expect(kindsFor(2, true, true)).toEqual(['original', 'fused'])
    expect(viewerReducer(three, { type: 'layout', layout: 1 }).heatmap).toBe(false)
  })

  it('shows originals only where there is no heatmap', () => {
    expect(kindsFor(3, true, false)).toEqual(['original'])
  })

  it('gives the window back when a drawing tool is chosen again', () => {
    const length = viewerReducer(OPENING, { type: 'tool', tool: 'length' })
    expect(viewerReducer(length, { type: 'tool', tool: 'length' }).tool).toBe('window')
  })
})

describe('mouse', () => {
  it('pans with the middle, zooms with the right, and leaves drawing to the drawing tools', () => {
    expect(dragAction(1, 'window')).toBe('pan')
    expect(dragAction(2, 'length')).toBe('zoom')
    expect(dragAction(0, 'scroll')).toBe('scroll')
    expect(dragAction(0, 'arrow')).toBeUndefined()
  })

  it('turns one notch into one slice and gathers a trackpad’s small moves', () => {
    const steps = wheelSteps()
    expect(steps({ deltaY: 120, deltaMode: 0 })).toBe(1)
    expect(steps({ deltaY: -3, deltaMode: 1 })).toBe(-1)
    const small = Array.from({ length: 8 }, () => steps({ deltaY: 10, deltaMode: 0 }))
    expect(small.reduce((sum, step) => sum + step, 0)).toBe(2)
  })
})

it('hangs the series that triage chose, T1WIC only where there is one, and nothing this application made', () => {
  const series = (uid: string, role: Role, more: Partial<SeriesDetail> = {}) =>
    ({ uid, role, chosen: false, generated: false, ...more }) as SeriesDetail
  const study = [series('a', 'T2WI'), series('b', 'T2WI', { chosen: true }), series('c', 'T1WI'), series('d', 'T1WIC', { generated: true }), series('e', 'none')]
  expect(hangingSeries(study)).toEqual([
    { sequence: 'T1WI', seriesUid: 'c' },
    { sequence: 'T2WI', seriesUid: 'b' },
  ])
})

it('says of a suspicious study what the enhanced network added, and that a radiologist must read', () => {
  expect(tierSentence({ tier: 'suspicious', final: 'pending' })).toBe('shared.tierMeaning.suspicious')
  expect(tierSentence({ tier: 'suspicious', final: 'negative' })).toBe('shared.tierMeaning.suspiciousBelow')
  expect(tierSentence({ tier: null, final: null })).toBe('shared.tierMeaning.none')
})
