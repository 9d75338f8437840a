import { fileAddress } from '../api/reports'
import type { ReportFile } from '../api/types'
import { sizeOf } from './grouping'
import styles from './Exports.module.css'

/** One file to save; its digest on hover. Saving it is an entry of the audit chain. */
export function FileLink({ report, file, words }: { report: string; file: ReportFile; words?: string }) {
  return (
    <a className={styles.file} href={fileAddress(report, file.name)} download={file.name} title={`${file.name} · SHA-256 ${file.sha256}`} data-testid="report-file" data-name={file.name}>
      {words ?? file.name} <span className={styles.size}>{sizeOf(file.size)}</span>
    </a>
  )
}
