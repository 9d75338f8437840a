import { useTranslation } from 'react-i18next'

import type { Demo } from '@/api/types'

import styles from './DemoProgress.module.css'

/** How far the demonstration's synthetic cohort has come. */
export function DemoProgress({ demo }: { demo: Demo }) {
  const { t } = useTranslation()
  const { triaged, expected, studies, message } = demo
  return (
    <section className={styles.demo} aria-label={t('status.demo.title')} data-testid="demo-progress">
      <span>{t('status.demo.title')}</span>
      <progress className={styles.bar} max={Math.max(1, expected)} value={triaged} aria-label={t('status.demo.title')} />
      <span className={styles.words}>{t('status.demo.progress', { triaged, expected, studies })}</span>
      {message && <span className={styles.words}>{message}</span>}
    </section>
  )
}
