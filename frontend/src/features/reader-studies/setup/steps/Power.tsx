import type { StepProps } from '../Setup'

export function Power({ study }: StepProps) {
  void study
  return null
}
