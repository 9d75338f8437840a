/** Files with their relative paths, cut into requests: at most 40 files or 32 MB each, a zip archive always alone. */

export type IncomingFile = { readonly file: File; readonly path: string }

export const MOST_FILES = 40
export const MOST_BYTES = 32 * 1024 * 1024

export function isZip(file: File): boolean {
  return /\.zip$/i.test(file.name) || file.type === 'application/zip' || file.type === 'application/x-zip-compressed'
}

/** In the order given, so that the report names files as they were dropped. One large file is a batch of its own. */
export function intoBatches(files: readonly IncomingFile[]): IncomingFile[][] {
  const batches: IncomingFile[][] = []
  let open: IncomingFile[] = []
  let bytes = 0
  const close = () => {
    if (open.length) batches.push(open)
    open = []
    bytes = 0
  }
  for (const incoming of files) {
    const { size } = incoming.file
    const alone = isZip(incoming.file)
    if (alone || open.length === MOST_FILES || bytes + size > MOST_BYTES) close()
    open.push(incoming)
    bytes += size
    if (alone) close()
  }
  close()
  return batches
}

export function totalBytes(files: readonly IncomingFile[]): number {
  return files.reduce((sum, { file }) => sum + file.size, 0)
}
