/** A report's files in the groups in which people look for them. */
import type { Language } from '@/i18n'

import type { Document, Report, ReportFile } from '../api/types'

export const GROUPS = ['document', 'workbook', 'tables', 'raw', 'programs', 'figures', 'other'] as const
export type Group = (typeof GROUPS)[number]

const endingOf = (name: string) => name.slice(name.lastIndexOf('.') + 1)
/** The page's own files are no exports. */
const PAGE = 'page'

/** Single cases stand in these: they are not for outside the house. */
export const aboutCases = (file: ReportFile) => file.format === 'data'

function groupOf(file: ReportFile): Group {
  const ending = endingOf(file.name)
  if (aboutCases(file) && ending !== 'json') return 'raw'
  if (ending === 'pdf') return 'document'
  if (ending === 'xlsx') return 'workbook'
  if (ending === 'csv') return 'tables'
  if (ending === 'json') return 'programs'
  return ending === 'svg' || ending === 'png' ? 'figures' : 'other'
}

export function grouped(files: readonly ReportFile[]): [Group, ReportFile[]][] {
  const shown = files.filter((file) => file.format !== PAGE)
  return GROUPS.map((group): [Group, ReportFile[]] => [group, shown.filter((file) => groupOf(file) === group)]).filter(([, found]) => found.length > 0)
}

export type FigureFile = ReportFile & { ending: string; language: Language }

/** The files of one picture: `NAME-PICTURE.LANGUAGE.ENDING`, SVG before PNG. */
export function figureFiles(report: Pick<Report, 'analysis' | 'files'>, name: string): FigureFile[] {
  const begins = ['', `${report.analysis}-`, `preliminary-${report.analysis}-`]
  const endings = ['en.svg', 'zh.svg', 'en.png', 'zh.png']
  return endings.flatMap((ending) => {
    const file = report.files.find((one) => begins.some((begin) => one.name === `${begin}${name}.${ending}`))
    const [language = '', kind = ''] = ending.split('.')
    return file ? [{ ...file, ending: kind.toUpperCase(), language: language as Language }] : []
  })
}

/** Whether a cell of fewer than five cases is behind something in it. */
export const hasSmall = (document: Document) =>
  document.sections.some((section) => section.blocks.some((block) => block.kind === 'table' && block.rows.some((row) => row.cells.some((cell) => cell.marks.includes('small')))))

/** `1.2 MB`, `45 kB`. */
export function sizeOf(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}
