/** Taking a preset's design into a draft that somebody has written in already. */
import { same } from './patch'
import type { Aim, Protocol } from './types'

/**
 * The aim once `next` is chosen: what came with one of the presets goes with its design, what somebody wrote stays. Analyses
 * name arms, so those of another design would fit nothing; a hypothesis does not.
 */
export function aimWith(aim: Aim, next: Protocol, presets: readonly Protocol[]): Aim {
  const cameWith = (part: (one: Aim) => unknown) => presets.some((one) => same(part(one.aim), part(aim)))
  const hypothesis = cameWith((one) => one.hypothesis) ? next.aim.hypothesis : aim.hypothesis
  const analyses = cameWith((one) => one.analyses)
  return { ...aim, hypothesis, ...(analyses ? { analyses: next.aim.analyses, primary: next.aim.primary } : {}) }
}
