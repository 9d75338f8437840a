/** Octets as megabytes or gigabytes, the way disks are sold. */
export function sizeOf(octets: number): { unit: 'megabytes' | 'gigabytes'; count: string } {
  const gigabytes = octets / 1e9
  if (gigabytes >= 1) return { unit: 'gigabytes', count: gigabytes.toFixed(gigabytes < 10 ? 1 : 0) }
  return { unit: 'megabytes', count: (octets / 1e6).toFixed(0) }
}
