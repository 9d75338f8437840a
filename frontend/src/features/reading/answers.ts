/** Values of answers, as the server takes them. */
export interface Point {
  /** LPS mm. */
  point: [number, number, number]
  /** The series that it was marked in. */
  sequence: string
}

export type Answers = Record<string, unknown>
