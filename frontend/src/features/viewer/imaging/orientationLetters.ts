/** Which way the edges of a view point in the patient: R L A P H F (PS3.3 C.7.6.1.1.1). */
import { cross, negate, type Vec3 } from './vector'

const LETTERS: readonly [string, string][] = [
  ['L', 'R'],
  ['P', 'A'],
  ['H', 'F'],
]

/** Letters of a direction, the largest component first; a component under `cos 70°` is left out. */
export function lettersOf(direction: Vec3, threshold = 0.342): string {
  return [0, 1, 2]
    .map((axis) => ({ axis, value: direction[axis] as number }))
    .filter(({ value }) => Math.abs(value) > threshold)
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
    .map(({ axis, value }) => (LETTERS[axis] as [string, string])[value > 0 ? 0 : 1])
    .join('')
}

export interface EdgeLetters {
  top: string
  bottom: string
  left: string
  right: string
}

/** Letters at the four edges of a view. `normal` points from the image to the viewer, `up` to the top edge. */
export function edgeLetters(normal: Vec3, up: Vec3): EdgeLetters {
  const right = cross(up, normal)
  return { top: lettersOf(up), bottom: lettersOf(negate(up)), right: lettersOf(right), left: lettersOf(negate(right)) }
}
