/** Slices per wheel event: a notch is one slice, a trackpad's small moves add up to one each 40 pixels. */
export function wheelSteps(): (event: Pick<WheelEvent, 'deltaY' | 'deltaMode'>) => number {
  let carried = 0
  return ({ deltaY, deltaMode }) => {
    if (deltaMode !== 0 || Math.abs(deltaY) >= 40) {
      carried = 0
      return Math.sign(deltaY)
    }
    carried += deltaY
    const steps = Math.trunc(carried / 40)
    carried -= steps * 40
    return steps
  }
}
