import { useTranslation } from 'react-i18next'

import type { Session } from '@/api/types'
import { Button } from '@/shared/ui/Button'
import { Dropdown } from '@/shared/ui/Dropdown'

import { useSignOut } from './api'
import styles from './UserMenu.module.css'

export function UserMenu({ session }: { session: Session }) {
  const { t } = useTranslation()
  const signOut = useSignOut()
  const { username, display_name: displayName, roles } = session.user
  const name = displayName || username
  return (
    <Dropdown label={name} name={t('session.account', { name })} align="right" testId="user-menu">
      <div className={styles.menu}>
        <p className={styles.name}>{name}</p>
        <p className={styles.roles}>{roles.map((role) => t(`session.roles.${role}`)).join(', ')}</p>
        <Button onClick={() => signOut.mutate()} data-testid="sign-out">
          {t('session.signOut')}
        </Button>
      </div>
    </Dropdown>
  )
}
