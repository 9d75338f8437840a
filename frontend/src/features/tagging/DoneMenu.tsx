import { useTranslation } from 'react-i18next'

import { Dropdown } from '@/shared/ui/Dropdown'

import type { Room } from './api'
import styles from './DoneMenu.module.css'

/** The cases that this chair has tagged: each can be looked at, and corrected until the lock. */
export function DoneMenu({ room, onCorrect }: { room: Room; onCorrect: (key: string) => void }) {
  const { t } = useTranslation()
  if (room.done.length === 0) return null
  return (
    <Dropdown label={`${t('tagging.done')} ${room.done.length}`} name={t('tagging.done')} testId="tagged">
      <ul className={styles.list}>
        {room.done.map(({ key, number, version }) => (
          <li key={key}>
            <button type="button" className={styles.case} onClick={() => onCorrect(key)}>
              {t('tagging.doneCase', { number, version })}
            </button>
          </li>
        ))}
      </ul>
    </Dropdown>
  )
}
