/** Pages put together from features, and the doors before them. The server decides; these spare a refusal. */
import { type ReactNode, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, Navigate, useRouteError } from 'react-router'

import { DropZone } from '@/features/intake/DropZone'
import { IntakePanel } from '@/features/intake/IntakePanel'
import { useIntake } from '@/features/intake/IntakeProvider'
import { isAdministrator, isClinical } from '@/features/session/api'
import { WorklistPage } from '@/features/worklist/WorklistPage'
import { Failed } from '@/shared/ui/Failed'
import notice from '@/shared/ui/Notice.module.css'

import { useSignedIn } from './SessionGate'

export function WorklistWithIntake() {
  const intake = useIntake()
  useEffect(getViewerReady, [])
  return (
    <DropZone>
      <WorklistPage onTakeIn={intake.show} onEscape={intake.hide} />
      {intake.open && <IntakePanel />}
    </DropZone>
  )
}

/** Once the list stands and the browser has nothing else to do; where it fails, opening a study fetches the viewer and says so. */
function getViewerReady(): () => void {
  const start = () => void import('@/features/viewer/ready').then(({ makeViewerReady }) => makeViewerReady()).catch(() => undefined)
  const timer = setTimeout(() => ('requestIdleCallback' in window ? requestIdleCallback(start, { timeout: 2000 }) : start()), 500)
  return () => clearTimeout(timer)
}

export function Home() {
  const session = useSignedIn()
  const { t } = useTranslation()
  if (isClinical(session)) return <Navigate to="/worklist/" replace />
  // Readers and investigators have no other page; taggers and coders need no role of their own to have a part.
  if (session.user.roles.length > 0) return <Navigate to="/studies/" replace />
  return (
    <div className={notice.notice} data-testid="home">
      <h1>{t('app.home.title')}</h1>
      <p>{t('app.home.none')}</p>
      <Link to="/studies/">{t('app.studies')}</Link>
    </div>
  )
}

export function ClinicalOnly({ children }: { children: ReactNode }) {
  return isClinical(useSignedIn()) ? children : <Refused />
}

export function AdministratorOnly({ children }: { children: ReactNode }) {
  return isAdministrator(useSignedIn()) ? children : <Refused />
}

function Refused() {
  const { t } = useTranslation()
  return (
    <div className={notice.notice} role="alert">
      <h1>{t('app.refused.title')}</h1>
      <p>{t('app.refused.text')}</p>
      <Link to="/">{t('app.missing.back')}</Link>
    </div>
  )
}

export function Missing() {
  const { t } = useTranslation()
  return (
    <div className={notice.notice}>
      <h1>{t('app.missing.title')}</h1>
      <Link to="/">{t('app.missing.back')}</Link>
    </div>
  )
}

/** What is shown when a page itself breaks: never an empty screen. */
export function Broken() {
  const error = useRouteError()
  return <Failed error={error instanceof Error ? error : new Error(String(error))} onRetry={() => window.location.reload()} />
}
