import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { shortDate } from '@/shared/ages'
import { Button } from '@/shared/ui/Button'
import { Found } from '@/shared/ui/Page'
import table from '@/shared/ui/Table.module.css'
import { useNow } from '@/shared/useNow'
import { useRefusal } from '@/shared/useRefusal'

import { useCases, useChangeCase, useRemoveCase } from '../api/cases'
import type { CaseChange, StudyCase } from '../api/types'
import styles from '../setup/Setup.module.css'
import type { AtDesk } from '../study/StudyPage'
import { ExclusionDialog } from './ExclusionDialog'
import { PriorDialog } from './PriorDialog'
import { Truth } from './Truth'
import { WithdrawDialog } from './WithdrawDialog'

type Asking = { what: 'exclude' | 'prior' | 'withdraw'; one: StudyCase } | null

/** The cases of a study by number. `drafted`: they may still change; from opening on one can only be withdrawn, signed. */
export function CaseTable({ study, drafted = false }: { study: AtDesk; drafted?: boolean }) {
  const { t } = useTranslation()
  const cases = useCases(study.key)
  const change = useChangeCase(study.key)
  const remove = useRemoveCase(study.key)
  const refusal = useRefusal('studies')
  const [asking, setAsking] = useState<Asking>(null)
  const priors = study.desk.protocol.design.arms.some((arm) => arm.prior)
  const failure = change.error ?? remove.error
  const set = (one: StudyCase, body: CaseChange) => change.mutate({ one: one.key, ...body })
  return (
    <Found found={cases}>
      {({ results }) =>
        results.length === 0 ? (
          <p className={styles.muted}>{t('studyCases.none')}</p>
        ) : (
          <>
            {failure && (
              <p className={styles.problem} role="alert">
                {refusal(failure)}
              </p>
            )}
            <div className={styles.scroll} tabIndex={0} role="region" aria-label={t('studyCases.inStudy')}>
              <table className={table.table} data-testid="study-cases">
                <Head priors={priors} />
                <tbody>
                  {results.map((one) => (
                    <Row key={one.key} one={one} priors={priors} drafted={drafted} open={study.state === 'open' || study.state === 'closed'} onSet={set} onRemove={(gone) => remove.mutate(gone.key)} onAsk={setAsking} />
                  ))}
                </tbody>
              </table>
            </div>
            {asking?.what === 'exclude' && (
              <ExclusionDialog
                count={1}
                onClose={() => setAsking(null)}
                onExclude={(exclusion, reason) => {
                  setAsking(null)
                  set(asking.one, { state: 'excluded', exclusion, reason })
                }}
              />
            )}
            {asking?.what === 'prior' && <PriorDialog studyKey={study.key} one={asking.one} onClose={() => setAsking(null)} />}
            {asking?.what === 'withdraw' && <WithdrawDialog studyKey={study.key} one={asking.one} onClose={() => setAsking(null)} />}
          </>
        )
      }
    </Found>
  )
}

function Head({ priors }: { priors: boolean }) {
  const { t } = useTranslation()
  const columns = ['number', 'accession', 'date', 'sequences', 'truth', 'state', ...(priors ? ['prior'] : []), 'practice'] as const
  return (
    <thead>
      <tr>
        {columns.map((one) => (
          <th key={one} scope="col">
            {t(`studyCases.column.${one}`)}
          </th>
        ))}
        <th scope="col">
          <span className="visually-hidden">{t('studyCases.column.change')}</span>
        </th>
      </tr>
    </thead>
  )
}

type RowProps = { one: StudyCase; priors: boolean; drafted: boolean; open: boolean; onSet: (one: StudyCase, change: CaseChange) => void; onRemove: (one: StudyCase) => void; onAsk: (asking: Asking) => void }

function Row({ one, priors, drafted, open, onSet, onRemove, onAsk }: RowProps) {
  const { t, i18n } = useTranslation()
  const now = useNow(3600)
  const { examination } = one
  const included = one.state === 'included'
  const why = one.state === 'excluded' ? (one.exclusion === 'other' ? one.reason : t(`studyCases.flow.exclusion.${one.exclusion}`)) : one.reason
  return (
    <tr className={included ? undefined : styles.barred} data-state={one.state}>
      <th scope="row">{one.number}</th>
      <td>{examination?.accession_number || one.external_id || '—'}</td>
      <td>{examination?.study_date ? shortDate(examination.study_date, i18n.language, now) : '—'}</td>
      <td>{examination?.sequences.join(' ') ?? '—'}</td>
      <td>
        <Truth recurrence={one.truth.recurrence} debatable={one.truth.debatable} title={one.truth.why} />
      </td>
      <td title={included ? undefined : why}>
        {t(`studyCases.state.${one.state}`)}
        {!included && why && `: ${why}`}
        {one.bars.length > 0 && <span className={styles.problem}> {one.bars.map((bar) => bar.detail).join(' ')}</span>}
      </td>
      {priors && (
        <td>
          {drafted && included ? (
            <Button look="quiet" onClick={() => onAsk({ what: 'prior', one })}>
              {one.prior ? (one.prior.study_date ?? one.prior.uid) : t('studyCases.choosePrior')}
            </Button>
          ) : (
            (one.prior?.study_date ?? '—')
          )}
        </td>
      )}
      <td>
        <input type="checkbox" checked={one.practice} disabled={!drafted || !included} aria-label={t('studyCases.practiceOf', { number: one.number })} onChange={(event) => onSet(one, { practice: event.target.checked })} />
      </td>
      <td>
        {drafted && included && (
          <Button look="quiet" onClick={() => onAsk({ what: 'exclude', one })}>
            {t('studyCases.leaveOutOne')}
          </Button>
        )}
        {drafted && one.state === 'excluded' && (
          <Button look="quiet" onClick={() => onSet(one, { state: 'included' })}>
            {t('studyCases.takeIn')}
          </Button>
        )}
        {drafted && (
          <Button look="quiet" aria-label={t('studyCases.removeOne', { number: one.number })} onClick={() => onRemove(one)}>
            ×
          </Button>
        )}
        {open && included && (
          <Button look="quiet" onClick={() => onAsk({ what: 'withdraw', one })}>
            {t('studyCases.withdraw')}
          </Button>
        )}
      </td>
    </tr>
  )
}
