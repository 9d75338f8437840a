import { type ReactNode, useEffect, useEffectEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { useViewerKeys } from '@/features/viewer/useViewerKeys'
import { Button } from '@/shared/ui/Button'
import { useRefusal } from '@/shared/useRefusal'

import type { Said } from './api'
import { type KeyedCategory, parted, toggled, wantsRemark } from './categories'
import { CategoryKeys } from './CategoryKeys'
import styles from './Panel.module.css'

type Props = {
  order: readonly KeyedCategory[]
  /** `code`: remark and lock; `decision`: reason and decide. */
  act: 'code' | 'decision'
  busy: boolean
  error: Error | null
  onSubmit: (said: Said) => void
  /** Categories that need no reason, of a decision: those that a coder named. */
  named?: ReadonlySet<string>
  children?: ReactNode
}

/** Choose categories, say what is to be said, lock. Ctrl+Enter locks from anywhere. */
export function CodeForm({ order, act, busy, error, onSubmit, named, children }: Props) {
  const { t } = useTranslation()
  const refusal = useRefusal('coding')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [words, setWords] = useState('')
  const toggle = (key: string) => setChosen((before) => toggled(before, key))
  useViewerKeys(Object.fromEntries(order.flatMap(({ category, letter }) => (letter ? [[letter, () => toggle(category.key)]] : []))), true)
  const missing = whatIsMissing(order, chosen, words, named)
  const submit = () => {
    if (!missing && !busy) onSubmit({ categories: order.map(({ category }) => category.key).filter((key) => chosen.has(key)), words })
  }
  useControlEnter(submit)
  return (
    <section className={styles.section}>
      <h2>{t(`coding.${act}.title`)}</h2>
      {children}
      <CategoryKeys order={order} parts={parted(order, chosen)} onToggle={toggle} />
      <label className={styles.words}>
        {t(`coding.${act}.words`)}
        <textarea rows={2} value={words} maxLength={5000} data-testid="words" onChange={(event) => setWords(event.target.value)} />
      </label>
      <div className={styles.lock}>
        <span className={styles.hint} role="status">
          {missing ? t(`coding.missing.${missing}`) : t(`coding.${act}.final`)}
        </span>
        <Button look="primary" disabled={missing !== undefined || busy} data-testid="lock" onClick={submit}>
          {t(`coding.${act}.submit`)} <kbd className={styles.kbd}>Ctrl+Enter</kbd>
        </Button>
      </div>
      {error && (
        <p className={styles.problem} role="alert">
          {refusal(error)}
        </p>
      )}
    </section>
  )
}

type Missing = 'category' | 'remark' | 'reason' | undefined

function whatIsMissing(order: readonly KeyedCategory[], chosen: ReadonlySet<string>, words: string, named: ReadonlySet<string> | undefined): Missing {
  if (chosen.size === 0) return 'category'
  if (words.trim() !== '') return undefined
  if (wantsRemark(order, chosen)) return 'remark'
  return named && [...chosen].some((key) => !named.has(key)) ? 'reason' : undefined
}

function useControlEnter(act: () => void): void {
  const latest = useEffectEvent(act)
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.repeat) return
      event.preventDefault()
      latest()
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [])
}
