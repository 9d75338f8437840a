/** What the addresses of reports take and answer, and a report's document as `radapp.reports.document` says it. */
import type { components } from '@/api/schema'

import type { Definition } from './cohorts'

type Schemas = components['schemas']

export type Bilingual = { en: string; zh: string }
export type OptionKind = 'choice' | 'share' | 'number' | 'numbers' | 'money' | 'text' | 'flag'
export type OptionValue = string | number | boolean | readonly number[] | null
/** `default` null: the protocol or the analysis decides. */
export type Option = { name: string; kind: OptionKind; choices: readonly string[]; default: OptionValue; help: Bilingual; optional?: boolean; whole?: boolean }
export type Options = Record<string, OptionValue>
export type Analysis = { name: string; version: number; title: Bilingual; reads: 'study' | 'use'; readers: boolean; options: readonly Option[] }

export type Source = { kind: string; key: string; title: string; state: string; locked: boolean; unblinded: boolean; synthetic: boolean; cases: number; definition: Definition | null }

export type ReportFile = { name: string; sha256: string; size: number; format: string; media_type: string }
/** Which inputs differ, the first of `count`. */
export type Differences = { count: number; differences: readonly string[] }
export type ReportState = 'waiting' | 'running' | 'done' | 'failed'
export type Report = {
  key: string
  source: string
  source_title: string
  analysis: string
  version: number
  options: Options
  state: ReportState
  progress: number
  step: string
  error: string
  inputs_sha256: string
  labels: readonly string[]
  preliminary: boolean
  watermark: boolean
  made_at: string
  made_by: string
  files: readonly ReportFile[]
}
export type Wanted = { source: string; analysis: string; options: Options; watermark: boolean; definition?: Definition | undefined }
/** Against its source as it is now, and against the report before it of the same source and analysis. */
export type Changes = { stale: boolean | null; changed_since: Differences | null; differs_from: (Differences & { key: string }) | null }

export type Mark = 'small' | 'pre_specified' | 'added' | 'significant' | 'apparent'
/** Which cases a cell counts, as the cases' address asks for them. */
export type Conditions = Record<string, string>
export type Cell = { text: string; below: string | null; marks: readonly Mark[]; reason: string | null; behind: Conditions | null; value: number | null }
export type Column = { head: string; align: 'left' | 'decimal'; group: string | null }
export type Row = { cells: readonly Cell[]; heading: boolean }
export type TableBlock = { kind: 'table'; name: string; caption: string; columns: readonly Column[]; rows: readonly Row[]; notes: readonly string[] }
export type FigureBlock = { kind: 'figure'; name: string; caption: string; alt: string }
export type ParagraphBlock = { kind: 'paragraph'; text: string; warning: boolean }
export type PointsBlock = { kind: 'points'; items: readonly string[] }
export type Block = TableBlock | FigureBlock | ParagraphBlock | PointsBlock
export type Section = { name: string; title: string; blocks: readonly Block[] }
export type Document = {
  title: string
  subtitle: string
  labels: readonly string[]
  sections: readonly Section[]
  methods: readonly string[]
  references: readonly string[]
  provenance: { rows: readonly (readonly [string, string])[] }
}

export type CaseBehind = { case: number; cohort: string; truth: boolean | null; basis: string; calls: Record<string, string>; scores: Record<string, number>; tier: string; link: string }

export type Paper = Schemas['Paper']
export type PaperFigure = Schemas['PaperFigure']
export type PaperVerdict = PaperFigure['verdict']
