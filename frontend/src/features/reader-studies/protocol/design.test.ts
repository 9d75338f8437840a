import { describe, expect, it } from 'vitest'

import { asKind, DESIGNS, hasOneArm } from './design'
import { paperProtocol } from './protocol.fixture'
import type { Design } from './types'

const nameOf = (number: number) => ({ en: `Arm ${number}` })
const one = paperProtocol().design
const three: Design = asKind(asKind(one, 'washout', nameOf), 'washout', nameOf)

describe('a design that becomes another', () => {
  it.each(DESIGNS)('%s has the arms that it needs, each with a key of its own', (kind) => {
    for (const from of [one, { ...one, arms: [] }, { ...three, arms: [...three.arms, { ...three.arms[0]!, key: 'third' }] }]) {
      const design = asKind(from, kind, nameOf)
      if (hasOneArm(kind)) expect(design.arms).toHaveLength(1)
      else expect(design.arms.length).toBeGreaterThanOrEqual(2)
      expect(new Set(design.arms.map((arm) => arm.key)).size).toBe(design.arms.length)
      expect(design.kind === 'sequential' ? design.arms[0]?.ai : true).toBe(true)
      expect(design.groups).toBe(kind === 'split_plot' ? 2 : 1)
    }
  })

  it('keeps the arms that it can', () => expect(asKind(one, 'crossover', nameOf).arms[0]).toBe(one.arms[0]))
})
