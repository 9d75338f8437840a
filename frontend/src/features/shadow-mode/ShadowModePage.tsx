import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import type { Shadow, UserRole } from '@/api/types'
import { useSession } from '@/features/session/api'
import { localTime, utcTime } from '@/shared/ages'
import { tierLook } from '@/shared/tier'
import { Card } from '@/shared/ui/Card'
import card from '@/shared/ui/Card.module.css'
import { Found, Page } from '@/shared/ui/Page'
import table from '@/shared/ui/Table.module.css'

import { useShadow } from './api'
import { SignForm } from './SignForm'
import styles from './ShadowModePage.module.css'

/** Whether the console shows advice, who signed for it, and how advice compares with what was then done. */
export function ShadowModePage() {
  const { t } = useTranslation()
  const shadow = useShadow()
  const roles = useSession().data?.user.roles ?? []
  return (
    <Page title={t('shadow.title')} intro={t('shadow.intro')}>
      <a className={styles.open} href="/console/">
        {t('shadow.open')}
      </a>
      <Found found={shadow}>
        {(found) => (
          <>
            <Switch found={found} roles={roles} />
            <Comparison found={found} />
            <Signatures found={found} />
          </>
        )}
      </Found>
    </Page>
  )
}

const SIGNING = ['administrator', 'radiologist'] as const

function Switch({ found, roles }: { found: Shadow; roles: readonly UserRole[] }) {
  const { t } = useTranslation()
  const mine = SIGNING.filter((role) => roles.includes(role))
  const standing = SIGNING.filter((role) => !found.missing.includes(role))
  const canSign = mine.filter((role) => found.missing.includes(role))
  return (
    <Card title={t(found.shown ? 'shadow.shown' : 'shadow.hidden')} data-testid="shadow-switch" data-shown={found.shown}>
      {!found.shown && <p>{t('shadow.missing', { roles: found.missing.map((role) => t(`session.roles.${role}`)).join(', ') })}</p>}
      {!found.shown && <blockquote className={styles.statement}>{t('shadow.statement')}</blockquote>}
      {canSign.map((role) => (
        <SignForm key={role} role={role} shown />
      ))}
      {standing.length > 0 && mine[0] && <SignForm key="off" role={mine[0]} shown={false} />}
    </Card>
  )
}

const ADVISED = ['positive', 'suspicious', 'negative', 'none'] as const
const DONE = ['contrast', 'without', 'open'] as const

function Comparison({ found }: { found: Shadow }) {
  const { t } = useTranslation()
  const [cell, setCell] = useState<string | null>(null)
  const behind = found.examinations.filter((one) => `${one.advised} ${one.done}` === cell)
  return (
    <Card title={t('shadow.comparison')}>
      <p className={card.muted}>{t('shadow.comparisonHow')}</p>
      <table className={`${table.table} ${styles.comparison}`} data-testid="shadow-comparison">
        <thead>
          <tr>
            <th scope="col">{t('shadow.advised')}</th>
            {DONE.map((done) => (
              <th key={done} scope="col" className={table.number}>
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
                  <td key={done} className={table.number} data-testid={`cell-${advised}-${done}`}>
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
          {behind.length === 0 && <li className={card.muted}>{t('shadow.none')}</li>}
          {behind.map((one) => (
            <li key={one.uid}>
              <Link to={`/viewer/${one.uid}/`}>{one.accession_number || one.uid}</Link> <span className={card.muted}>{t(one.shown ? 'shadow.wasShown' : 'shadow.wasHidden')}</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

function Signatures({ found }: { found: Shadow }) {
  const { t, i18n } = useTranslation()
  return (
    <Card title={t('shadow.signatures')}>
      {found.signatures.length === 0 && <p className={card.muted}>{t('shadow.noSignatures')}</p>}
      <ol className={styles.signatures} data-testid="shadow-signatures">
        {found.signatures.map((one) => (
          <li key={`${one.at} ${one.by}`} title={`${utcTime(one.at)} UTC`}>
            {localTime(one.at, i18n.language)}: {one.by}, {t(`session.roles.${one.signed_as}`)} – {t(one.shown ? 'shadow.signedFor' : 'shadow.signedAgainst')}
            {one.reason && <span className={card.muted}> {one.reason}</span>}
          </li>
        ))}
      </ol>
    </Card>
  )
}
