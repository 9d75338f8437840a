import { type ComponentProps, type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'

import { localTime, utcTime } from '@/shared/ages'

import styles from './Card.module.css'

type Props = Omit<ComponentProps<'article'>, 'title'> & { title: string; beside?: ReactNode }

/** One thing in a frame, under its own heading; `beside`: what stands in the heading's line. */
export function Card({ title, beside, children, ...more }: Props) {
  const heading = useId()
  return (
    <article className={styles.card} aria-labelledby={heading} {...more}>
      <header className={styles.header}>
        <h2 id={heading}>{title}</h2>
        {beside}
      </header>
      {children}
    </article>
  )
}

/** What went wrong last, and when. */
export function LastError({ at, words, testId }: { at: string; words: string; testId: string }) {
  const { t, i18n } = useTranslation()
  return (
    <p className={styles.error} data-testid={testId}>
      <strong title={`${utcTime(at)} UTC`}>{t('shared.lastError', { time: localTime(at, i18n.language) })}</strong> {words}
    </p>
  )
}
