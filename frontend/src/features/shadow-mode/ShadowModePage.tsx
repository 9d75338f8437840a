import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import type { Shadow, UserRole } from '@/api/types'
import { useSession } from '@/features/session/api'
import { localTime, utcTime } from '@/shared/ages'
import { tierLook } from '@/shared/tier'
import { Failed } from '@/shared/ui/Failed'

import { useShadow } from './api'
import { SignForm } from './SignForm'
import styles from './ShadowModePage.module.css'

/** Whether the console shows advice, who signed for it, and how advice compares with what was then done. */
export function ShadowModePage() {
  const { t } = useTranslation()
  const found = useShadow()
  const roles = useSession().data?.user.roles ?? []
  return (
    <div className={styles.page}>
      <div className={styles.column}>
        <h1>{t('shadow.title')}</h1>
        <p className={styles.muted}>{t('shadow.intro')}</p>
        <p>
          <a href="/console/">{t('shadow.open')}</a>
        </p>
        {found.isPending && <div className={styles.skeleton} aria-busy="true" aria-label={t('shared.loading')} />}
        {found.error && !found.data && <Failed error={found.error} onRetry={() => void found.refetch()} />}
        {found.data && <Switch found={found.data} roles={roles} />}
        {found.data && <Comparison found={found.data} />}
        {found.data && <Signatures found={found.data} />}
      </div>
    </div>
  )
}

const SIGNING = ['administrator', 'radiologist'] as const

function Switch({ found, roles }: { found: Shadow; roles: readonly UserRole[] }) {
  const { t } = useTranslation()
  const mine = SIGNING.filter((role) => roles.includes(role))
  const standing = SIGNING.filter((role) => !found.missing.includes(role))
  const canSign = mine.filter((role) => found.missing.includes(role))
  return (
    <section className={styles.card} data-testid="shadow-switch" data-shown={found.shown}>
      <h2>{t(found.shown ? 'shadow.shown' : 'shadow.hidden')}</h2>
      {!found.shown && <p>{t('shadow.missing', { roles: found.missing.map((role) => t(`session.roles.${role}`)).join(', ') })}</p>}
      {!found.shown && <blockquote className={styles.statement}>{t('shadow.statement')}</blockquote>}
      {canSign.map((role) => (
        <SignForm key={role} role={role} shown />
      ))}
      {standing.length > 0 && mine[0] && <SignForm key="off" role={mine[0]} shown={false} />}
    </section>
  )
}

const ADVISED = ['positive', 'suspicious', 'negative', 'none'] as const
const DONE = ['contrast', 'without', 'open'] as const

function Comparison({ found }: { found: Shadow }) {
  const { t } = useTranslation()
  const [cell, setCell] = useState<string | null>(null)
  const behind = found.examinations.filter((one) => `${one.advised} ${one.done}` === cell)
  return (
    <section className={styles.card}>
      <h2>{t('shadow.comparison')}</h2>
      <p className={styles.muted}>{t('shadow.comparisonHow')}</p>
      <table className={styles.table} data-testid="shadow-comparison">
        <thead>
          <tr>
            <th scope="col">{t('shadow.advised')}</th>
            {DONE.map((done) => (
              <th key={done} scope="col" className={styles.number}>
                {t(`shadow.done.${done}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ADVISED.map((advised) => {
            const look = tierLook(advised === 'none' ? null : advised)
            return (
              <tr key={advised}>
                <th scope="row">
                  <span aria-hidden="true" style={{ color: look.colour }}>
                    {look.mark}
                  </span>{' '}
                  {t(look.word)}
                </th>
                {DONE.map((done) => (
                  <td key={done} className={styles.number} data-testid={`cell-${advised}-${done}`}>
                    <button type="button" className={styles.cell} aria-pressed={cell === `${advised} ${done}`} onClick={() => setCell(`${advised} ${done}`)}>
                      {found.counts[advised]?.[done] ?? 0}
                    </button>
                  </td>
                ))}
              </tr>
            )
          })}
        </tbody>
      </table>
      {cell && (
        <ul className={styles.behind} data-testid="shadow-behind">
          {behind.length === 0 && <li className={styles.muted}>{t('shadow.none')}</li>}
          {behind.map((one) => (
            <li key={one.uid}>
              <Link to={`/viewer/${one.uid}/`}>{one.accession_number || one.uid}</Link> <span className={styles.muted}>{t(one.shown ? 'shadow.wasShown' : 'shadow.wasHidden')}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Signatures({ found }: { found: Shadow }) {
  const { t, i18n } = useTranslation()
  return (
    <section className={styles.card}>
      <h2>{t('shadow.signatures')}</h2>
      {found.signatures.length === 0 && <p className={styles.muted}>{t('shadow.noSignatures')}</p>}
      <ol className={styles.signatures} data-testid="shadow-signatures">
        {found.signatures.map((one) => (
          <li key={`${one.at} ${one.by}`} title={`${utcTime(one.at)} UTC`}>
            {localTime(one.at, i18n.language)}: {one.by}, {t(`session.roles.${one.signed_as}`)} – {t(one.shown ? 'shadow.signedFor' : 'shadow.signedAgainst')}
            {one.reason && <span className={styles.muted}> {one.reason}</span>}
          </li>
        ))}
      </ol>
    </section>
  )
}
