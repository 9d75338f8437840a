/** What a drop or a file dialog holds, folders opened to their depths. */
import type { IncomingFile } from './batches'

/** From an <input type=file>; a folder dialog gives each file its path below the folder. */
export function fromInput(files: Iterable<File>): IncomingFile[] {
  return [...files].map((file) => ({ file, path: file.webkitRelativePath || file.name }))
}

/** From a drop. The entries must be taken before the first await: the browser empties the list after the event. */
export async function fromDrop(transfer: DataTransfer): Promise<IncomingFile[]> {
  const entries = [...transfer.items].map((item) => (item.kind === 'file' ? item.webkitGetAsEntry() : null))
  const loose = [...transfer.files]
  if (!entries.some(Boolean)) return fromInput(loose)
  const found: IncomingFile[] = []
  for (const entry of entries) if (entry) await walk(entry, '', found)
  return found
}

async function walk(entry: FileSystemEntry, above: string, found: IncomingFile[]): Promise<void> {
  const path = above + entry.name
  if (entry.isFile) {
    found.push({ file: await fileOf(entry as FileSystemFileEntry), path })
    return
  }
  for (const child of await childrenOf(entry as FileSystemDirectoryEntry)) await walk(child, `${path}/`, found)
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject))
}

/** A directory reader hands out at most 100 entries a call and ends with an empty list. */
async function childrenOf(directory: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = directory.createReader()
  const all: FileSystemEntry[] = []
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (!some.length) return all
    all.push(...some)
  }
}
