/** Three-vectors in DICOM patient space (LPS: x to the patient's left, y to posterior, z to the head), in mm. */
export type Vec3 = [number, number, number]

export const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]

export const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
]

export const add = (a: Vec3, b: Vec3): Vec3 => [a[0] + b[0], a[1] + b[1], a[2] + b[2]]

export const subtract = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]]

export const scale = (a: Vec3, factor: number): Vec3 => [a[0] * factor, a[1] * factor, a[2] * factor]

export const negate = (a: Vec3): Vec3 => scale(a, -1)

export const length = (a: Vec3): number => Math.hypot(a[0], a[1], a[2])

export function normalise(a: Vec3): Vec3 {
  const norm = length(a)
  if (norm === 0) throw new Error('A direction of length 0 was found; a unit vector was expected.')
  return scale(a, 1 / norm)
}
