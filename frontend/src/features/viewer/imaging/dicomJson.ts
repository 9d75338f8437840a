/** Reading the DICOM JSON model (PS3.18 F): `{ "00280010": { "vr": "US", "Value": [384] } }`. */
export interface DicomElement {
  vr?: string
  Value?: unknown[]
}

export type DicomJson = Record<string, DicomElement | undefined>

/** Every number of an element (IS and DS may arrive as strings); undefined where the element is absent or empty. */
export function numbersOf(dataset: DicomJson | undefined, tag: string): number[] | undefined {
  const values = dataset?.[tag]?.Value
  if (!values || values.length === 0) return undefined
  const numbers = values.map((value) => (value === null || value === '' ? NaN : Number(value)))
  return numbers.every(Number.isFinite) ? numbers : undefined
}

export function numberOf(dataset: DicomJson | undefined, tag: string): number | undefined {
  return numbersOf(dataset, tag)?.[0]
}

export function stringOf(dataset: DicomJson | undefined, tag: string): string | undefined {
  const value = dataset?.[tag]?.Value?.[0]
  return value === undefined || value === null ? undefined : String(value)
}

/** The items of a sequence; empty where it is absent. */
export function itemsOf(dataset: DicomJson | undefined, tag: string): DicomJson[] {
  return (dataset?.[tag]?.Value ?? []).filter((item): item is DicomJson => typeof item === 'object' && item !== null)
}
