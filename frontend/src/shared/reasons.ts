/** The server's reason for withheld advice, taken apart: what is said of the study, and what of each series. Pure. */

export interface ReasonGroup {
  /** The series that the sentences are about; undefined where they are about the study or the protocol. */
  role: string | undefined
  sentences: string[]
}

const SENTENCE_ENDS = /(?<=\.) (?=[A-Z])/
const OF_A_SERIES = /^(T1WIC?|T2WI): (.+)$/

/** Grouped by series, in the order of first mention. A sentence without its own series belongs to the one before it, as a remedy does. */
export function reasonGroups(reason: string): ReasonGroup[] {
  const groups: ReasonGroup[] = []
  let group: ReasonGroup | undefined
  for (const sentence of reason.split(SENTENCE_ENDS).filter(Boolean)) {
    const [, role, rest = sentence] = OF_A_SERIES.exec(sentence) ?? []
    if (role || !group) {
      group = groups.find((each) => each.role === role)
      if (!group) {
        group = { role, sentences: [] }
        groups.push(group)
      }
    }
    group.sentences.push(rest)
  }
  return groups
}

/** The series that speak against advice. */
export const rolesOf = (groups: ReasonGroup[]): string[] => groups.flatMap(({ role }) => role ?? [])
