import type { TFunction } from 'i18next'

/** Octets as megabytes or gigabytes, the way disks are sold. */
export function sizeOf(octets: number, t: TFunction): string {
  const gigabytes = octets / 1e9
  if (gigabytes >= 1) return t('sources.gigabytes', { count: gigabytes.toFixed(gigabytes < 10 ? 1 : 0) })
  return t('sources.megabytes', { count: (octets / 1e6).toFixed(0) })
}
