import { useTranslation } from 'react-i18next'

import type { Queue, Reference } from './api'
import { told } from './categories'
import styles from './Panel.module.css'

type Props = { reference: Reference; terms: Queue['terms'] }

/** What the reference standard says of the case; marks of the lesion are drawn in the images. */
export function ReferenceFacts({ reference, terms }: Props) {
  const { t } = useTranslation()
  const named = useNamed(terms)
  const { recurrence, rt_stage, sites, kinds, basis, nodal_only, debatable, marks, segmented } = reference
  const lesion = marks.length ? 'marked' : segmented ? 'segmented' : 'unmarked'
  const facts: [name: string, value: string][] = [
    ['status', t(recurrence ? 'coding.reference.recurrence' : 'coding.reference.none')],
    ['stage', rt_stage],
    ['sites', named(sites)],
    ['kinds', named(kinds)],
    ['basis', basis && t(`coding.basis.${basis}`)],
    ['lesion', recurrence ? t(`coding.reference.${lesion}`) : ''],
  ]
  return (
    <section className={styles.section} data-testid="reference">
      <h2>{t('coding.reference.title')}</h2>
      <dl className={styles.facts}>
        {facts.map(
          ([name, value]) =>
            value && (
              <div key={name}>
                <dt>{t(`coding.reference.${name}`)}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
      {nodal_only && <p className={styles.note}>{t('coding.reference.nodal')}</p>}
      {debatable && <p className={styles.note}>{t('coding.reference.debatable')}</p>}
    </section>
  )
}

/** Sites and kinds by their words, as one list. */
export function useNamed(terms: Queue['terms']): (keys: readonly string[]) => string {
  const { t, i18n } = useTranslation()
  return (keys) => keys.map((key) => told(terms.find((term) => term.key === key)?.name ?? { en: key }, i18n.language)).join(t('coding.comma'))
}
