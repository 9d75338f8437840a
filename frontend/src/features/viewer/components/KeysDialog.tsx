import { useTranslation } from 'react-i18next'

import { Dialog } from '@/shared/ui/Dialog'

import styles from './KeysDialog.module.css'

const KEYS: [keys: string[], words: string][] = [
  [['h'], 'heatmap'],
  [['1'], 'originals'],
  [['2'], 'fused'],
  [['3'], 'all'],
  [['m'], 'peak'],
  [['↑', '↓'], 'scroll'],
  [['PgUp', 'PgDn'], 'page'],
  [['w'], 'preset'],
  [['i'], 'invert'],
  [['r'], 'reset'],
  [['l'], 'length'],
  [['a'], 'arrow'],
  [['n'], 'next'],
  [['p'], 'previous'],
  [['['], 'rail'],
  [[']'], 'panel'],
  [['?'], 'keys'],
]

export function KeysDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Dialog title={t('viewer.keys.title')} onClose={onClose} testId="keys">
      <dl className={styles.keys}>
        {KEYS.map(([keys, words]) => (
          <div key={words} className={styles.row}>
            <dt>
              {keys.map((key) => (
                <kbd key={key} className={styles.key}>
                  {key}
                </kbd>
              ))}
            </dt>
            <dd>{t(`viewer.keys.${words}`)}</dd>
          </div>
        ))}
        {(['window', 'zoom', 'pan'] as const).map((words) => (
          <div key={words} className={styles.row}>
            <dt />
            <dd>{t(`viewer.keys.${words}`)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
