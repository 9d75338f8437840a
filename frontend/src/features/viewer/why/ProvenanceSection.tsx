import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { SeriesDetail } from '@/api/types'
import { localTime, utcTime } from '@/shared/ages'
import { useSaid, useSaidEvidence } from '@/shared/useSaid'

import type { ViewerResult } from '../api/queries'

import { Section } from './Section'
import styles from './Why.module.css'

/** Which series were read and on what evidence, and which protocol and bundles did it. */
export function ProvenanceSection({ result, series }: { result: ViewerResult; series: SeriesDetail[] }) {
  const { t, i18n } = useTranslation()
  const said = useSaid()
  const saidEvidence = useSaidEvidence()
  const { protocol, notes = [], result_at: at } = result
  if (result.series.length === 0 && !protocol) return null
  return (
    <>
      {result.series.length > 0 && (
        <Section title={t('viewer.why.series')} testId="series-read">
          <div className={styles.list}>
            {result.series.map((read) => {
              const detail = series.find(({ uid }) => uid === read.uid)
              return (
                <div key={read.uid}>
                  <p>
                    <strong>{read.role}</strong> {detail && `${detail.number ?? ''} ${detail.description}`}
                    {read.resampled && <span className={styles.mark}> * {t('viewer.why.resampled')}</span>}
                  </p>
                  <p className={`${styles.muted} ${styles.small}`}>{saidEvidence(read.evidence)}</p>
                </div>
              )
            })}
          </div>
        </Section>
      )}
      {notes.length > 0 && (
        <Section title={t('viewer.why.notes')}>
          {notes.map((note) => (
            <p key={note}>{said(note)}</p>
          ))}
        </Section>
      )}
      {protocol && (
        <Section title={t('viewer.why.protocol')} testId="provenance">
          <p>{protocol}</p>
          <Bundles result={result} />
          {at && (
            <p className={`${styles.muted} ${styles.small}`} title={`${utcTime(at)} UTC`}>
              {t('viewer.why.result')} {localTime(at, i18n.language)}
            </p>
          )}
        </Section>
      )}
    </>
  )
}

function Bundles({ result }: { result: ViewerResult }) {
  const { t } = useTranslation()
  const entries = Object.entries(result.bundles).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return (
    <div className={styles.call}>
      <p className={styles.muted}>{t('viewer.why.bundles')}</p>
      {entries.map(([role, hash]) => {
        const network = result.networks?.find((each) => each.role === role)
        return (
          <div key={role}>
            <p>
              {role} <Hash hash={hash} role={role} />
            </p>
            {network && (
              <p className={`${styles.muted} ${styles.small}`}>
                {network.name}
                {network.label && `: ${network.label}`}
              </p>
            )}
          </div>
        )
      })}
    </div>
  )
}

/** The first eight digits; a click or Enter shows all, so does the title. */
function Hash({ hash, role }: { hash: string; role: string }) {
  const { t } = useTranslation()
  const [whole, setWhole] = useState(false)
  return (
    <button type="button" className={styles.hash} title={hash} aria-label={t('viewer.why.hash', { role, hash })} aria-expanded={whole} onClick={() => setWhole(!whole)}>
      {whole ? hash : hash.slice(0, 8)}
    </button>
  )
}
