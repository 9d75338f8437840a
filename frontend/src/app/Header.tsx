import { useTranslation } from 'react-i18next'
import { NavLink, useLocation } from 'react-router'

import type { Session } from '@/api/types'
import { IntakeButton } from '@/features/intake/IntakeButton'
import { isAdministrator, isClinical, mayReport } from '@/features/session/api'
import { LanguageSwitch } from '@/features/session/LanguageSwitch'
import { UserMenu } from '@/features/session/UserMenu'
import { useHasStudies } from '@/features/reader-studies/api/mine'
import { useStatus } from '@/features/status/api'
import { WorkerLamps } from '@/features/status/WorkerLamps'
import { Search } from '@/features/worklist/Search'
import { Brand } from '@/shared/ui/Brand'

import styles from './Header.module.css'

export function Header({ session }: { session: Session }) {
  const { t } = useTranslation()
  const { pathname } = useLocation()
  const clinical = isClinical(session)
  return (
    <header className={styles.header}>
      <NavLink to="/" className={styles.brand}>
        <Brand />
      </NavLink>
      <nav className={styles.nav} aria-label={t('app.nav')}>
        {clinical && <NavLink to="/worklist/">{t('app.worklist')}</NavLink>}
        {clinical && <NavLink to="/shadow-mode/">{t('app.console')}</NavLink>}
        <StudiesLink session={session} />
        {mayReport(session) && <NavLink to="/reports/">{t('app.reports')}</NavLink>}
        {isAdministrator(session) && <SetAsideLink />}
        {isAdministrator(session) && <NavLink to="/workers/">{t('app.workers')}</NavLink>}
        {isAdministrator(session) && <NavLink to="/sources/">{t('app.sources')}</NavLink>}
      </nav>
      <div className={styles.tools}>
        {clinical && pathname === '/worklist/' && <Search />}
        {clinical && pathname === '/worklist/' && <IntakeButton />}
        {clinical && <WorkerLamps />}
        <LanguageSwitch />
        <UserMenu session={session} />
      </div>
    </header>
  )
}

/** For everybody who has a part in a study or may found one. */
function StudiesLink({ session }: { session: Session }) {
  const { t } = useTranslation()
  return useHasStudies(session) ? <NavLink to="/studies/">{t('app.studies')}</NavLink> : null
}

function SetAsideLink() {
  const { t } = useTranslation()
  const waiting = useStatus().data?.set_aside_waiting ?? 0
  return (
    <NavLink to="/set-aside/">
      {t('app.setAside')}
      {waiting > 0 && (
        <span className={styles.badge} title={t('app.setAsideWaiting', { count: waiting })} data-testid="set-aside-badge">
          {waiting}
        </span>
      )}
    </NavLink>
  )
}
