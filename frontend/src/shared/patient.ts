/** A DICOM person name (family^given^middle^prefix^suffix, representations split by =) as people write it. */
export function personName(name: string): string {
  const [alphabetic = '', ideographic = ''] = name.split('=')
  const chosen = ideographic || alphabetic
  const [family = '', given = '', middle = ''] = chosen.split('^')
  if (ideographic) return `${family}${given}${middle}`
  return [family, [given, middle].filter(Boolean).join(' ')].filter(Boolean).join(', ')
}

/** Whole years at the examination, or nothing where unknown. */
export function shortAge(age: number | null): string {
  return age === null ? '' : String(age)
}
