import { useTranslation } from 'react-i18next'

import { IMAGE_KEYS, POINT_KEYS } from '@/features/blinded-images/keys'
import styles from '@/features/viewer/components/KeysDialog.module.css'
import { Dialog } from '@/shared/ui/Dialog'

import { TAGGING_KEYS } from './useTaggingKeys'

/** All keys of the page, the form's first. */
export function KeysDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const rows = [
    ...TAGGING_KEYS.map(([keys, words]) => [keys, t(`tagging.keys.${words}`)] as const),
    ...[...IMAGE_KEYS, ...POINT_KEYS].map(([keys, words]) => [keys, t(`blinded.keys.${words}`)] as const),
  ]
  return (
    <Dialog title={t('tagging.keys.title')} onClose={onClose} testId="keys">
      <dl className={styles.keys}>
        {rows.map(([keys, words]) => (
          <div key={words} className={styles.row}>
            <dt>
              {keys.map((key) => (
                <kbd key={key} className={styles.key}>
                  {key}
                </kbd>
              ))}
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
