import { describe, expect, it } from 'vitest'

import { imagesReducer, OPENING } from './choices'
import { rootOf, rows, wantedMaps, wantedSeries } from './hanging'
import { IMAGE_KEYS, imageKeys } from './keys'
import { markHere, moved } from './point'

const series = (...names: string[]) =>
  names.map((name) => ({ role: name.replace('prior ', ''), series_uid: `uid of ${name}`, prior: name.startsWith('prior ') }))

describe('how a case hangs', () => {
  it.each([
    [['T2WI', 'T1WI'], [['T1WI', 'T2WI']]],
    [['T1WIC', 'T2WI', 'T1WI'], [['T1WI', 'T2WI', 'T1WIC']]],
    [['T1WI', 'T2WI', 'prior T2WI', 'prior T1WI'], [['T1WI', 'T2WI'], ['prior-T1WI', 'prior-T2WI']]],
    [['T1WI', 'T2WI', 'prior T2WI'], [['T1WI', 'T2WI'], [undefined, 'prior-T2WI']]],
    [['T2WI', 'prior T1WI'], [[undefined, 'T2WI'], ['prior-T1WI', undefined]]],
    [[], [[]]],
  ])('%j stands as %j', (given, expected) => {
    expect(rows(series(...given))).toEqual(expected)
  })

  it('names a prior so that it shares neither pane nor window with its own sequence', () => {
    const wanted = wantedSeries(series('T1WI', 'prior T1WI'), (role) => `${role} before`)
    expect(wanted).toEqual([
      { sequence: 'T1WI', seriesUid: 'uid of T1WI' },
      { sequence: 'prior-T1WI', title: 'T1WI before', seriesUid: 'uid of prior T1WI' },
    ])
  })

  it('leaves out what is no sequence of the paper, and a second series of a role', () => {
    expect(rows(series('T1WI', 'T1WI', 'none'))).toEqual([['T1WI']])
  })

  it('takes a heatmap without a peak for one without a peak', () => {
    expect(wantedMaps([{ sequence: 'T1WI', series_uid: 'a', sop_instance_uid: 'b', peak: null }])[0]?.peak).toEqual([])
  })

  it.each(['/api/reading/s/readings/a', '/api/reading/s/readings/a/', '/api/reading/s/readings/a/dicom-web/'])('asks %s below /dicom-web', (root) => {
    expect(rootOf({ root })).toBe('/api/reading/s/readings/a/dicom-web')
  })
})

describe('choices', () => {
  it('shows the columns with the heatmap, and neither when the heatmap goes', () => {
    const columns = imagesReducer(OPENING, { type: 'columns' })
    expect(columns).toMatchObject({ columns: true, heatmap: true, overlays: true })
    expect(imagesReducer(columns, { type: 'heatmap' })).toMatchObject({ columns: false, heatmap: false, overlays: true })
  })

  it('fills the page with one sequence, and gives the others back whichever is active then', () => {
    const large = imagesReducer(OPENING, { type: 'enlarge', sequence: 'T2WI' })
    expect(large.enlarged).toBe('T2WI')
    expect(imagesReducer(large, { type: 'enlarge', sequence: 'T1WI' }).enlarged).toBeUndefined()
  })
})

describe('a point by keyboard', () => {
  const axial = { axis: [0, 0, 1], viewNormal: [0, 0, -1], up: [0, -1, 0], positions: [0, 5, 10] } as Parameters<typeof markHere>[0]

  it('lands in the middle of the pane, then follows to the slice shown', () => {
    expect(markHere(axial, [1, 2, 5], undefined)).toEqual([1, 2, 5])
    expect(markHere(axial, [1, 2, 10], [7, 8, 5])).toEqual([7, 8, 10])
  })

  it('moves right to the patient’s left, and up to anterior', () => {
    expect(moved(axial, [0, 0, 5], [1, 0, 0])).toEqual([1, 0, 5])
    expect(moved(axial, [0, 0, 5], [0, 1, 0])).toEqual([0, -1, 5])
  })
})

describe('keys', () => {
  const spoken = { board: {}, state: OPENING, dispatch: () => undefined, mark: () => undefined } as unknown as Parameters<typeof imageKeys>[0]

  it('speak of heatmaps only where there is one', () => {
    expect(Object.keys(imageKeys({ ...spoken, overlay: false }))).not.toContain('h')
    expect(Object.keys(imageKeys({ ...spoken, overlay: true }))).toEqual(expect.arrayContaining(['h', 't', 'm']))
  })

  it('leave digits, y and n to the form', () => {
    expect(Object.keys(imageKeys({ ...spoken, overlay: true })).filter((key) => /^[0-9yn]$/.test(key))).toEqual([])
  })

  it('are shown as they act', () => {
    const acting = imageKeys({ ...spoken, overlay: true })
    for (const [keys] of IMAGE_KEYS) for (const key of keys) if (key.length === 1 && /[a-z]/.test(key)) expect(acting).toHaveProperty(key)
  })
})
