import { useTranslation } from 'react-i18next'

import { ApiError } from '@/api/client'

import { useSaid } from './useSaid'

/** Why the server refused, by the feature's own words for its code (`shadow.refused.wrong_password`); else as it said it. */
export function useRefusal(feature: string): (error: Error) => string {
  const { t } = useTranslation()
  const said = useSaid()
  return (error) => (error instanceof ApiError ? t(`${feature}.refused.${error.code}`, { defaultValue: said(error.message) }) : error.message)
}
