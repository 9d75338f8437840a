import { useTranslation } from 'react-i18next'

import type { Segment } from '@/api/types'

import styles from './Row.module.css'

/** The tactic's sequences as segments that fill while slices come; a number beside, so that it is never colour alone. */
export function Segments({ segments }: { segments: Segment[] }) {
  const { t } = useTranslation()
  return (
    <ul className={styles.segments} aria-label={t('console.sequences')}>
      {segments.map((segment) => (
        <li key={segment.role} className={styles.segment} data-state={segment.state} data-testid={`segment-${segment.role}`} title={title(segment, t)}>
          <span className={styles.role}>{segment.role}</span>
          <meter className={styles.meter} min={0} max={1} value={filled(segment)} aria-label={segment.role} />
          <span className={styles.count}>{count(segment, t)}</span>
        </li>
      ))}
    </ul>
  )
}

type Translate = (key: string, values?: Record<string, string | number>) => string

/** Share of the segment that is filled. Without a promised number it nears a half and says no more. */
function filled({ state, images, expected }: Segment): number {
  if (state === 'complete') return 1
  if (state === 'absent') return 0
  return expected ? Math.min(1, images / expected) : images / (images + 24) / 1.2
}

function count({ state, images, expected }: Segment, t: Translate): string {
  if (state === 'absent') return t('console.absent')
  if (state === 'complete') return t('console.complete', { count: images })
  return expected && images <= expected ? t('console.of', { images, expected }) : t('console.complete', { count: images })
}

function title({ why, remark }: Segment, t: Translate): string | undefined {
  const lines = [why && t(`console.why.${why}`), remark && t('console.reopened')].filter(Boolean)
  return lines.length > 0 ? lines.join('\n') : undefined
}
