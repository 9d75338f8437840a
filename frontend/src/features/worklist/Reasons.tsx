import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import { api } from '@/api/client'
import { keys } from '@/api/query'
import type { Result, Row } from '@/api/types'
import { localTime } from '@/shared/ages'
import { personName } from '@/shared/patient'
import { reasonGroups } from '@/shared/reasons'
import { tierSentence } from '@/shared/tier'
import { Button } from '@/shared/ui/Button'
import { Failed } from '@/shared/ui/Failed'
import { ReasonList } from '@/shared/ui/ReasonList'
import { writeScore } from '@/shared/ui/score'
import { ScoreStrip } from '@/shared/ui/ScoreStrip'
import { TierMark } from '@/shared/ui/TierMark'
import { useSaid, useSaidEvidence } from '@/shared/useSaid'

import styles from './Reasons.module.css'
import { isWithheld, standing } from './standing'

type Props = { row: Row; href: string; onClose: () => void }

/** The right-hand preview: why a study has its tier, without opening its images. */
export function Reasons({ row, href, onClose }: Props) {
  const { t, i18n } = useTranslation()
  const said = useSaid()
  const result = useQuery({
    queryKey: keys.result(row.uid),
    queryFn: ({ signal }) => api.get<Result>(`/api/studies/${row.uid}/result/`, { signal }),
  })
  const { detail, word } = standing(row)
  return (
    <aside className={styles.reasons} aria-label={t('worklist.reasons.title')} data-testid="reasons">
      <header className={styles.header}>
        <h2>{personName(row.patient.name) || row.patient.id || t('worklist.unnamed')}</h2>
        <Button look="quiet" aria-label={t('shared.close')} onClick={onClose}>
          ×
        </Button>
      </header>
      <section>
        <TierMark tier={row.tier} final={row.final} withheld={isWithheld(row)} />
        <p className={styles.advice}>{t(row.advice.given ? tierSentence(row) : 'shared.tierMeaning.none')}</p>
        {row.advice.reason && <ReasonList groups={reasonGroups(row.advice.reason)} />}
      </section>
      <section>
        <h3>{t('worklist.reasons.state')}</h3>
        <p>{t(word)}</p>
        {detail && detail !== row.advice.reason && <p className={styles.muted}>{said(detail)}</p>}
        {row.remedy && (
          <p>
            {t('worklist.reasons.remedy')}: {said(row.remedy)}
          </p>
        )}
      </section>
      {result.error && <Failed error={result.error} onRetry={() => void result.refetch()} />}
      {result.data && <Behind row={row} result={result.data} />}
      {row.confirmation && (
        <section>
          <h3>{t('worklist.reasons.decision')}</h3>
          <p>{t(row.confirmation.contrast ? 'worklist.decided.contrast' : 'worklist.decided.none')}</p>
          <p className={styles.muted}>
            {row.confirmation.by}, {localTime(row.confirmation.at, i18n.language)}
          </p>
          {row.confirmation.reason && <p>{row.confirmation.reason}</p>}
        </section>
      )}
      <p className={styles.muted}>
        {t('worklist.reasons.received', {
          time: localTime(row.received_at, i18n.language),
          source: t(`shared.source.${row.source}`),
        })}
      </p>
      <Link to={href} className={styles.open}>
        {t('worklist.reasons.open')}
      </Link>
    </aside>
  )
}

function Behind({ row, result }: { row: Row; result: Result }) {
  const { t } = useTranslation()
  const saidEvidence = useSaidEvidence()
  const { scores, cutoffs } = result
  const single = (['T1WI', 'T2WI', 'T1WIC'] as const).filter((name) => scores[name] !== null)
  return (
    <>
      <section>
        <h3>{t('worklist.reasons.scores')}</h3>
        {scores.T1_T2 === null ? (
          <p className={styles.muted}>{t('worklist.reasons.noScores')}</p>
        ) : (
          <dl className={styles.scores}>
            <dt>T1_T2</dt>
            <dd>
              <ScoreStrip score={scores.T1_T2} cutoffs={row.cutoffs} tier={row.tier} />
            </dd>
            {single.map((name) => (
              <Score key={name} name={name} score={scores[name]} cutoff={name === 'T1WIC' ? cutoffs?.T1WIC : null} />
            ))}
          </dl>
        )}
      </section>
      {result.series.length > 0 && (
        <section>
          <h3>{t('worklist.reasons.series')}</h3>
          <ul className={styles.series}>
            {result.series.map((series) => (
              <li key={series.uid}>
                <strong>{t(`shared.role.${series.role}`)}</strong> {saidEvidence(series.evidence)}
                {series.resampled && <em> · {t('worklist.reasons.resampled')}</em>}
              </li>
            ))}
          </ul>
        </section>
      )}
      {result.protocol && (
        <section>
          <h3>{t('worklist.reasons.protocol')}</h3>
          <p>{result.protocol}</p>
        </section>
      )}
    </>
  )
}

function Score({ name, score, cutoff }: { name: string; score: number | null; cutoff: number | null | undefined }) {
  const { t } = useTranslation()
  if (score === null) return null
  const written = writeScore(score, [cutoff])
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {written.score}
        {written.cutoffs[0] && <span className={styles.muted}> · {t('worklist.reasons.cutoff', { value: written.cutoffs[0] })}</span>}
      </dd>
    </>
  )
}
