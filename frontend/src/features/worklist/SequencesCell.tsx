import { useTranslation } from 'react-i18next'

import type { Row } from '@/api/types'

import styles from './SequencesCell.module.css'

const SHORT: Record<string, string> = { T1WI: 'T1', T2WI: 'T2', T1WIC: 'T1C' }

type Look = { key: 'present' | 'resampled' | 'waiting' | 'absent'; text: string }

/** T1 T2 T1C: plain where present, * where resampled, ◌ where awaited; a T1C that nobody needs is left out. */
export function SequencesCell({ row }: { row: Row }) {
  const { t } = useTranslation()
  return (
    <span className={styles.sequences}>
      {row.sequences.map((sequence) => {
        const look = lookOf(sequence, row)
        if (!look) return null
        const title = t(`worklist.sequence.${look.key}`, { role: sequence.role })
        return (
          <span key={sequence.role} className={styles[look.key]} title={title} role="img" aria-label={title}>
            {look.text}
          </span>
        )
      })}
    </span>
  )
}

export function lookOf({ role, present, resampled }: Row['sequences'][number], row: Row): Look | null {
  const short = SHORT[role] ?? role
  if (present) return resampled ? { key: 'resampled', text: `${short}*` } : { key: 'present', text: short }
  if (role !== 'T1WIC') return { key: row.state === 'waiting' ? 'waiting' : 'absent', text: `◌${short}` }
  return row.final === 'pending' ? { key: 'waiting', text: `◌${short}` } : null
}
