import { useTranslation } from 'react-i18next'

import { Dialog } from '@/shared/ui/Dialog'

import styles from './KeysHelp.module.css'

const KEYS: readonly { keys: readonly string[]; word: string }[] = [
  { keys: ['/'], word: 'search' },
  { keys: ['j', 'k', '↓', '↑'], word: 'move' },
  { keys: ['Enter'], word: 'open' },
  { keys: ['space'], word: 'preview' },
  { keys: ['u'], word: 'takeIn' },
  { keys: ['s'], word: 'sort' },
  { keys: ['?'], word: 'help' },
]

export function KeysHelp({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Dialog title={t('worklist.keys.title')} onClose={onClose} testId="keys-help">
      <dl className={styles.keys}>
        {KEYS.map(({ keys, word }) => (
          <div key={word} className={styles.line}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{t(`worklist.keys.${word}`)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
