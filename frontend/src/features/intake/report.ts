/** Adding up what became of files, and saying it as text. */
import type { FileReason, IntakeReport } from '@/api/types'

export const NOTHING: IntakeReport = { stored: 0, already: 0, skipped: 0, set_aside: [], refused: [], studies: [] }

export function add(one: IntakeReport, other: IntakeReport): IntakeReport {
  return {
    stored: one.stored + other.stored,
    already: one.already + other.already,
    skipped: one.skipped + other.skipped,
    set_aside: [...one.set_aside, ...other.set_aside],
    refused: [...one.refused, ...other.refused],
    studies: [...new Set([...one.studies, ...other.studies])],
  }
}

/** One line a file, tab-separated: path, reason. For a mail to whoever made the export. */
export function asText(files: readonly FileReason[]): string {
  return files.map(({ path, reason }) => `${path}\t${reason}`).join('\n')
}

export function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(bytes < 10 * 1024 * 1024 ? 1 : 0)
}
