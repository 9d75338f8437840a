import { useTranslation } from 'react-i18next'

import { HEATMAP_KEYS, IMAGE_KEYS, POINT_KEYS } from '@/features/blinded-images/keys'
import { Dialog } from '@/shared/ui/Dialog'

import styles from './Dialogs.module.css'

const FORM_KEYS: typeof IMAGE_KEYS = [
  [['y', 'n'], 'yesNo'],
  [['0', '…', '9'], 'digits'],
  [['⌫'], 'erase'],
  [['1', '2', '…'], 'options'],
  [['Enter'], 'advance'],
  [['Tab', '⇧ Tab'], 'tab'],
  [['Ctrl+Enter'], 'lock'],
  [['p'], 'pause'],
  [['?'], 'keys'],
]

/** All keys of the room; they act whatever has the focus, but in a text. */
export function KeysDialog({ overlay, onClose }: { overlay: boolean; onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Dialog title={t('reading.keys.title')} onClose={onClose} testId="keys">
      <h3>{t('reading.keys.form')}</h3>
      <Keys keys={FORM_KEYS} words="reading.keys" />
      <h3>{t('blinded.keys.title')}</h3>
      <Keys keys={[...IMAGE_KEYS, ...POINT_KEYS, ...(overlay ? HEATMAP_KEYS : [])]} words="blinded.keys" />
      <p>{t('reading.keys.mouse')}</p>
    </Dialog>
  )
}

function Keys({ keys, words }: { keys: typeof IMAGE_KEYS; words: string }) {
  const { t } = useTranslation()
  return (
    <dl className={styles.keys}>
      {keys.map(([names, word]) => (
        <div key={word} className={styles.row}>
          <dt>
            {names.map((name) => (
              <kbd key={name} className={styles.key}>
                {name}
              </kbd>
            ))}
          </dt>
          <dd>{t(`${words}.${word}`)}</dd>
        </div>
      ))}
    </dl>
  )
}
