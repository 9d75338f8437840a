import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import { useRefusal } from '@/shared/useRefusal'

import { type CohortCount as Count, type Definition, useCohortCount } from '../api/cohorts'
import { sourcePath } from '../api/reports'
import styles from './Cohort.module.css'

/** How many examinations a definition means now, and why others do not count. `known`: addresses of cohorts that there are. */
export function CohortCount({ definition, known }: { definition: Definition; known: readonly string[] }) {
  const { t } = useTranslation()
  const refusal = useRefusal('reports')
  const count = useCohortCount(definition)
  return (
    <section className={styles.count} aria-labelledby="cohort-count" data-testid="cohort-count" data-waiting={count.isFetching}>
      <h2 id="cohort-count">{t('cohort.count.title')}</h2>
      <div aria-live="polite">
        {count.error ? <p role="alert">{refusal(count.error)}</p> : !count.data ? <p>…</p> : <Counted count={count.data} />}
      </div>
      {!count.error && count.data && known.includes(count.data.source) && (
        <p className={styles.parts}>
          {t('cohort.count.known')} <Link className={styles.link} to={sourcePath(count.data.source)}>{t('reports.saved.title')}</Link>
        </p>
      )}
    </section>
  )
}

function Counted({ count }: { count: Count }) {
  const { t } = useTranslation()
  const facts = [
    [count.recurrences, t('cohort.count.recurrences')],
    [count.without_recurrence, t('cohort.count.without')],
    [count.without_truth, t('cohort.count.unknown')],
    ...(count.synthetic > 0 ? [[count.synthetic, t('cohort.count.synthetic')] as const] : []),
  ] as const
  const said = count.examinations > 0 ? t('cohort.count.counts', { count: count.examinations, patients: t('cohort.count.patients', { count: count.patients }) }) : t('cohort.count.none')
  return (
    <>
      <p className={styles.big} data-testid="cohort-counted">
        {said}
      </p>
      {count.examinations > 0 && <Numbers rows={facts.map(([value, label]) => [label, value])} />}
      {count.cohorts.length > 1 && <Part title={t('cohort.count.parts')} rows={count.cohorts.map((one) => [t(`cohort.source.${one.name}`, { defaultValue: one.name || t('cohort.count.unsaid') }), one.count])} />}
      {count.left_out.length > 0 && <Part title={t('cohort.count.leftOut')} rows={count.left_out.map((one) => [t(`cohort.why.${one.name}`, { defaultValue: one.name }), one.count])} />}
    </>
  )
}

type Rows = readonly (readonly [label: string, value: number])[]

const Part = ({ title, rows }: { title: string; rows: Rows }) => (
  <div className={styles.parts}>
    <h3>{title}</h3>
    <Numbers rows={rows} />
  </div>
)

const Numbers = ({ rows }: { rows: Rows }) => (
  <dl className={styles.facts}>
    {rows.map(([label, value]) => (
      <div key={label}>
        <dt>{label}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
)
