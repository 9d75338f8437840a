import { useId } from 'react'
import { useTranslation } from 'react-i18next'

import type { KeyedCategory, Parted } from './categories'
import { told } from './categories'
import styles from './CategoryKeys.module.css'

type Props = { order: readonly KeyedCategory[]; parts: Parted; onToggle: (key: string) => void }

/** The categories as large keys with their definitions; any number may be chosen, the first by precedence is primary. */
export function CategoryKeys({ order, parts, onToggle }: Props) {
  const { t } = useTranslation()
  return (
    <div className={styles.keys} role="group" aria-label={t('coding.categories')}>
      {order.map((one) => (
        <CategoryKey key={one.category.key} one={one} part={partOf(one.category.key, parts)} onToggle={onToggle} />
      ))}
    </div>
  )
}

type Part = 'primary' | 'contributor' | undefined

const partOf = (key: string, { primary, contributors }: Parted): Part => (key === primary ? 'primary' : contributors.includes(key) ? 'contributor' : undefined)

type KeyProps = { one: KeyedCategory; part: Part; onToggle: (key: string) => void }

function CategoryKey({ one: { category, letter }, part, onToggle }: KeyProps) {
  const { t, i18n } = useTranslation()
  const definition = useId()
  return (
    <button
      type="button"
      className={styles.key}
      aria-pressed={part !== undefined}
      aria-describedby={definition}
      data-part={part}
      data-testid={`category-${category.key}`}
      onClick={() => onToggle(category.key)}
    >
      <kbd className={styles.letter}>{letter ?? '·'}</kbd>
      <span className={styles.words}>
        <span className={styles.name}>
          {told(category.name, i18n.language)}
          {category.own && <span className={styles.own}>{t('coding.own')}</span>}
          {part && <span className={styles.part}>{t(`coding.part.${part}`)}</span>}
        </span>
        <span className={styles.definition} id={definition}>
          {told(category.definition, i18n.language)}
        </span>
      </span>
    </button>
  )
}
