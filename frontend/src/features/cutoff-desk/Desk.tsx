import { useCallback, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { CutoffColumns, CutoffData } from '@/api/types'
import { Card } from '@/shared/ui/Card'
import card from '@/shared/ui/Card.module.css'

import { cohortOf, type Counts, countsAt, figuresAt, secondCutoff, youden } from './arithmetic'
import { Marks, Search } from './Before'
import { Distributions } from './Distributions'
import { Drafts } from './Drafts'
import { histogramOf } from './histogram'
import { Prevalence } from './Prevalence'
import type { Cutoffs } from './sliding'
import { TariffForm } from './TariffForm'
import { TierTable } from './TierTable'
import { Whole } from './Whole'
import styles from './CutoffDeskPage.module.css'

type Props = { data: CutoffData; columns: readonly CutoffColumns[]; cohortName: string; refusal: CutoffColumns['refusal'] }

/** One cohort on the desk. Every move computes all figures anew from sums that were made once. */
export function Desk({ data, columns, cohortName, refusal }: Props) {
  const { t } = useTranslation()
  const cohort = useMemo(() => cohortOf(columns), [columns])
  const histogram = useMemo(() => histogramOf(cohort), [cohort])
  const [cutoffs, setCutoffs] = useState<Cutoffs>(() => beginning(data, columns))
  const [prevalence, setPrevalence] = useState<number | null>(null)
  const [tariff, setTariff] = useState(data.tariff)
  const counts = useMemo(() => countsAt(cohort, cutoffs.first, cutoffs.second), [cohort, cutoffs])
  const figures = useMemo(() => figuresAt(counts, tariff, prevalence), [counts, tariff, prevalence])
  const move = useCallback((next: Cutoffs) => setCutoffs(next), [])
  const all = figures.sensitivity.n + figures.specificity.n
  return (
    <>
      <div className={styles.above}>
        <div>
          <Card title={t('cutoffs.plot.title')} beside={<span className={card.muted}>{t('cutoffs.plot.keys')}</span>}>
            <Distributions histogram={histogram} marks={data.marks} cutoffs={cutoffs} onMove={move} />
          </Card>
          <Prevalence own={all ? figures.sensitivity.n / all : null} prevalence={prevalence} onMove={setPrevalence} />
        </div>
        <Whole figures={figures} currency={tariff.currency} exchangeCurrency={tariff.exchange_currency} />
      </div>
      <TierTable figures={figures} currency={tariff.currency} prevalence={prevalence} />
      <Left columns={columns} counts={counts} kinds={[figures.sensitivity.n, figures.specificity.n]} />
      <div className={styles.pair}>
        <Marks marks={data.marks} onMove={move} />
        <div>
          <Search cohort={cohort} cutoffs={cutoffs} onMove={move} />
          <TariffForm paper={data.tariff} onChange={setTariff} />
        </div>
      </div>
      <Drafts source={data.key} cohort={cohortName} inputs={data.inputs_sha256} cutoffs={cutoffs} refusal={refusal} />
    </>
  )
}

/** At the installed protocol's cutoffs where they were found on these networks, else where the calibration's rule comes to. */
function beginning(data: CutoffData, columns: readonly CutoffColumns[]): Cutoffs {
  const installed = data.marks.find((mark) => mark.standing === 'own')
  if (installed) return { first: installed.first, second: installed.second }
  const cohort = cohortOf(columns)
  const first = youden(cohort) ?? 0.5
  return { first, second: secondCutoff(cohort, first, '0.9')?.value ?? first }
}

/** Who is not moved by the cutoffs, or counts as not found. */
function Left({ columns, counts, kinds }: { columns: readonly CutoffColumns[]; counts: Counts; kinds: readonly number[] }) {
  const { t } = useTranslation()
  const sum = (of: 'without_truth' | 'unread') => columns.reduce((found, one) => found + one[of], 0)
  const said = [
    ['noAdvice', counts.none.cases],
    ['missing', counts.suspicious.missing],
    ['truth', sum('without_truth')],
    ['unread', sum('unread')],
  ] as const
  return (
    <div className={styles.left} data-testid="left-out">
      {said.map(([name, count]) => count > 0 && <p key={name}>{t(`cutoffs.left.${name}`, { count })}</p>)}
      {Math.min(...kinds) < 30 && <p>{t('cutoffs.left.few')}</p>}
    </div>
  )
}
