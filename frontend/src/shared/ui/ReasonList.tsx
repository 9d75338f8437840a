import type { ReasonGroup } from '@/shared/reasons'
import { useSaid } from '@/shared/useSaid'

import styles from './ReasonList.module.css'

/** Reasons one below the other, under the series that they are about. */
export function ReasonList({ groups }: { groups: ReasonGroup[] }) {
  const said = useSaid()
  return (
    <dl className={styles.reasons} data-testid="reason-list">
      {groups.map(({ role, sentences }) => (
        <div key={role ?? ''}>
          {role && <dt>{role}</dt>}
          {sentences.map((sentence) => (
            <dd key={sentence}>{said(sentence)}</dd>
          ))}
        </div>
      ))}
    </dl>
  )
}
