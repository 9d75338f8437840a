import styles from './ui.module.css'

/** How much of something is done, as a bar and in words. */
export function Meter({ done, total, label }: { done: number; total: number; label: string }) {
  return (
    <span className={styles.meter}>
      <span className={styles.track} role="progressbar" aria-valuemin={0} aria-valuemax={total} aria-valuenow={done} aria-label={label}>
        <span className={styles.bar} style={{ width: `${total > 0 ? Math.min(100, (100 * done) / total) : 0}%` }} />
      </span>
      <span>{label}</span>
    </span>
  )
}
