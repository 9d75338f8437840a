import { render } from '@testing-library/react'
import { expect, test } from 'vitest'

import { Icon, ICON_NAMES } from './Icon'

test.each(ICON_NAMES)('%s has no stroked path, which would be slow to draw without a graphics card', (name) => {
  const { container } = render(<Icon name={name} />)
  const drawn = [...container.querySelectorAll('svg *')]
  expect(drawn.length).toBeGreaterThan(0)
  for (const { tagName, attributes } of drawn) {
    expect(['line', 'rect', 'circle', 'path']).toContain(tagName)
    if (tagName === 'path') expect(attributes.getNamedItem('stroke')?.value).toBe('none')
    for (const { name, value } of attributes) if (/^([xyr]|[xy][12]|c[xy])$/.test(name)) expect(Number(value)).toBeGreaterThan(0)
  }
})
