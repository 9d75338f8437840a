import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'

import { reasonGroups, rolesOf } from './reasons'
import { useSaid } from './useSaid'

/** A reason for withheld advice in one line: what is said of the study as it is, what is said of its series in a few words. */
export function useShortReason(): (reason: string) => string {
  const { t } = useTranslation()
  const said = useSaid()
  return useCallback(
    (reason: string) => {
      const groups = reasonGroups(reason)
      const roles = rolesOf(groups)
      const study = groups.filter(({ role }) => !role).flatMap(({ sentences }) => sentences.map(said))
      return [...study, ...(roles.length > 0 ? [t('shared.imagesAgainst', { roles: roles.join(', ') })] : [])].join(' ')
    },
    [said, t],
  )
}
