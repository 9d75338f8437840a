import { expect, it } from 'vitest'

import { asked, asking, changed, inOrder, toggled } from './definition'

const word = (key: string, values: Record<string, string> = {}) => (key === 'colon' ? ': ' : key === 'comma' ? ', ' : [key, ...Object.values(values)].join(' '))

it('sends only what asks for something', () => {
  let definition = changed(asking('Cohort'), 'sources', ['stow'])
  expect(definition).toEqual({ title: 'Cohort', sources: ['stow'] })
  definition = changed(definition, 'sources', toggled(definition.sources, 'stow'))
  definition = changed(changed(definition, 'established', true), 'established', false)
  definition = changed(changed(definition, 'split', 'none'), 'split', 'protocol')
  definition = changed(changed(definition, 'first_day', '2024-01-01'), 'first_day', '')
  expect(definition).toEqual({ title: 'Cohort' })
  expect(changed(definition, 'title', '')).toEqual({ title: '' })
})

it('keeps lists in one order, as the server does', () => {
  expect(toggled(['b'], 'a')).toEqual(['a', 'b'])
  expect(toggled(['a', 'b'], 'a')).toEqual(['b'])
})

it('knows days out of order', () => {
  expect(inOrder({ title: '', first_day: '2024-02-01', last_day: '2024-01-31' })).toBe(false)
  expect(inOrder({ title: '', first_day: '2024-02-01', last_day: '2024-02-01' })).toBe(true)
  expect(inOrder({ title: '', first_day: '2024-02-01' })).toBe(true)
})

it('says what a definition asks for', () => {
  expect(asked({ title: 'Later' }, word)).toEqual([])
  expect(asked({ title: '', first_day: '2024-02-01', sources: ['dimse', 'stow'], bundles: ['0123456789abcdef'], established: true, split: 'none' }, word)).toEqual(['asked.since 2024-02-01', 'list.sources: source.dimse, source.stow', 'list.bundles: 0123456789ab', 'asked.established', 'asked.split split.none'])
})
