import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { useTake } from '@/features/tagging/api'
import { Button } from '@/shared/ui/Button'
import { Found } from '@/shared/ui/Page'
import { useRefusal } from '@/shared/useRefusal'

import { useAddCases, useCandidates } from '../../api/cases'
import type { AddCases, CandidateQuery, Candidates } from '../../api/types'
import { AddedReport } from '../../cases/AddedReport'
import { CandidateTable } from '../../cases/CandidateTable'
import { ExclusionDialog } from '../../cases/ExclusionDialog'
import { CheckField } from '../../fields/Field'
import { newQuery } from '../../protocol/candidates'
import type { Targets } from '../../protocol/types'
import type { AtDesk } from '../../study/StudyPage'
import styles from '../Setup.module.css'
import { CaseQuery } from './CaseQuery'
import wide from './CasesStep.module.css'

type Props = { study: AtDesk; targets: Targets; beforeAdding: () => Promise<void> }

/** Examinations of the archive that could be cases; those that are picked are added or left out with a reason, at once. */
export function CaseFinder({ study, targets, beforeAdding }: Props) {
  const { t } = useTranslation()
  const [query, setQuery] = useState<CandidateQuery>(() => newQuery(study.desk.protocol.design))
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set())
  const [leavingOut, setLeavingOut] = useState(false)
  const [withTruth, setWithTruth] = useState(true)
  const take = useTake(study.key)
  const candidates = useCandidates(study.key, query)
  const add = useAddCases(study.key)
  const refusal = useRefusal('studies')
  const send = async (body: AddCases) => {
    // The targets count on the server: what was just typed must be there first.
    await beforeAdding()
    add.mutate(body, {
      onSuccess: ({ added }) => {
        setPicked(new Set())
        if (withTruth && added > 0) take.mutate()
      },
    })
  }
  const uids = [...picked]
  return (
    <section className={styles.section} aria-labelledby="case-finder">
      <h2 id="case-finder">{t('studyCases.find')}</h2>
      <CaseQuery query={query} onChange={setQuery} />
      <Found found={candidates}>
        {(found) => (
          <div className={wide.found}>
            <FoundCounts found={found} />
            <div className={styles.actions}>
              <FillTargets found={found} targets={targets} study={study} pending={add.isPending} onFill={() => void send({ query, fill_targets: true })} />
              <Button look={targets.positive + targets.negative === 0 ? 'primary' : 'plain'} disabled={found.counts.free === 0 || add.isPending} onClick={() => void send({ query })} data-testid="add-all">
                {t('studyCases.addAll', { count: found.counts.free })}
              </Button>
              <Button disabled={uids.length === 0 || add.isPending} onClick={() => void send({ uids })} data-testid="add-picked">
                {t('studyCases.addPicked', { count: uids.length })}
              </Button>
              <Button disabled={uids.length === 0 || add.isPending} onClick={() => void send({ uids, practice: true })}>
                {t('studyCases.addPractice')}
              </Button>
              <Button disabled={uids.length === 0 || add.isPending} onClick={() => setLeavingOut(true)}>
                {t('studyCases.leaveOut')}
              </Button>
            </div>
            <CheckField label={t('studyCases.withTruth')} checked={withTruth} onChange={setWithTruth} />
            {add.error && (
              <p className={styles.problem} role="alert">
                {refusal(add.error)}
              </p>
            )}
            {add.data && <AddedReport added={add.data} />}
            <CandidateTable found={found} picked={picked} onPick={setPicked} />
          </div>
        )}
      </Found>
      {leavingOut && (
        <ExclusionDialog
          count={uids.length}
          onClose={() => setLeavingOut(false)}
          onExclude={(exclusion, reason) => {
            setLeavingOut(false)
            void send({ uids, exclusion, reason })
          }}
        />
      )}
    </section>
  )
}

function FoundCounts({ found }: { found: Candidates }) {
  const { t } = useTranslation()
  const { counts, bars } = found
  return (
    <>
      <p role="status" data-testid="found-counts">
        {t('studyCases.found', counts)}
      </p>
      {counts.barred > 0 && (
        <p className={wide.bars}>
          {t('studyCases.barred', { count: counts.barred })}{' '}
          {Object.entries(bars)
            .map(([code, count]) => `${t(`studyCases.bar.${code}`, { defaultValue: code })} (${count})`)
            .join(', ')}
        </p>
      )}
    </>
  )
}

type FillProps = { found: Candidates; targets: Targets; study: AtDesk; pending: boolean; onFill: () => void }

/** The one click of a study with targets: draw from what was found as many of each truth as are still wanted. */
function FillTargets({ found, targets, study, pending, onFill }: FillProps) {
  const { t } = useTranslation()
  const { counts } = study.desk
  const lack = (truth: 'positive' | 'negative') => Math.max(0, targets[truth] - counts[truth])
  const [positive, negative] = [lack('positive'), lack('negative')]
  if (positive + negative === 0) return null
  const enough = found.counts.positive >= positive && found.counts.negative >= negative
  return (
    <Button look="primary" disabled={pending || found.counts.free === 0} onClick={onFill} title={enough ? undefined : t('studyCases.notEnough')} data-testid="fill-targets">
      {t('studyCases.fill', { positive, negative })}
    </Button>
  )
}
