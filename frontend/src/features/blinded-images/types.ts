/** What may be seen of one case, in pseudonyms, as the reading, tagging and coding APIs tell it. */
export const ROLES = ['T1WI', 'T2WI', 'T1WIC'] as const
export type ImageRole = (typeof ROLES)[number]

export interface BlindedSeries {
  role: string
  series_uid: string
  /** Of the examination before. */
  prior: boolean
}

export interface BlindedHeatmap {
  sequence: string
  series_uid: string
  sop_instance_uid: string
  /** LPS mm, where the map marks anything. */
  peak?: number[] | null
  /** mm: slice, row, column. */
  cell_size?: number[] | null
}

export interface ShownImages {
  /** The blinded DICOMweb service, such as `/api/reading/<study>/readings/<assignment>/dicom-web`. */
  root: string
  study_uid: string
  series: BlindedSeries[]
  heatmaps: BlindedHeatmap[]
  /** What stands in the prior's place may be a later examination, too. */
  comparison?: boolean
}
