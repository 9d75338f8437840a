import { describe, expect, it } from 'vitest'

import { edgeLetters, lettersOf } from './orientationLetters'

describe('orientation letters', () => {
  it('reads an axial view from the feet: the patient’s right at the left, the face up', () => {
    expect(edgeLetters([0, 0, -1], [0, -1, 0])).toEqual({ top: 'A', bottom: 'P', left: 'R', right: 'L' })
  })

  it('reads a sagittal view from the left: the face at the left, the head up', () => {
    expect(edgeLetters([1, 0, 0], [0, 0, 1])).toEqual({ top: 'H', bottom: 'F', left: 'A', right: 'P' })
  })

  it('reads a coronal view from the front', () => {
    expect(edgeLetters([0, -1, 0], [0, 0, 1])).toEqual({ top: 'H', bottom: 'F', left: 'R', right: 'L' })
  })

  it('adds a second letter to oblique directions, the larger first, and leaves small tilts out', () => {
    expect(lettersOf([0, 0.8, 0.6])).toBe('PH')
    expect(lettersOf([0.99, 0.1, -0.08])).toBe('L')
  })
})
