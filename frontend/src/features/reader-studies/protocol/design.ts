/** Editing arms and sessions, so that what is saved is always a design that the server takes. */
import { freeKey, without } from './patch'
import type { Arm, Design, DesignKind, Words } from './types'

export const DESIGNS: readonly DesignKind[] = ['single', 'sequential', 'washout', 'crossover', 'split_plot']
export const MOST_ARMS = 6

export const hasOneArm = (kind: DesignKind): boolean => kind === 'single' || kind === 'sequential'

export function newArm(arms: readonly Arm[], name: Words): Arm {
  return { key: freeKey('arm', arms.map((arm) => arm.key)), name, images: 'complete', ai: false, prior: false }
}

/** The design as another kind: one arm where it has one, two at least where it compares; sequential aid needs AI. */
export function asKind(design: Design, kind: DesignKind, nameOf: (number: number) => Words): Design {
  let arms = design.arms.length > 0 ? design.arms : [newArm([], nameOf(1))]
  if (hasOneArm(kind)) arms = arms.slice(0, 1)
  else if (arms.length < 2) arms = [...arms, newArm(arms, nameOf(2))]
  if (kind === 'sequential') arms = arms.map((arm) => ({ ...arm, ai: true }))
  return { ...design, kind, arms, groups: kind === 'split_plot' ? Math.max(2, design.groups) : 1 }
}

export function addArm(design: Design, name: Words): Design {
  return { ...design, arms: [...design.arms, newArm(design.arms, name)] }
}

export function removeArm(design: Design, at: number): Design {
  return { ...design, arms: without(design.arms, at) }
}
