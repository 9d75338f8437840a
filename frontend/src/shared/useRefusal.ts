import { useTranslation } from 'react-i18next'

import { ApiError } from '@/api/client'

/** Why the server refused, by the feature's own words for its code (`shadow.refused.wrong_password`); else as it came. */
export function useRefusal(feature: string): (error: Error) => string {
  const { t } = useTranslation()
  return (error) => (error instanceof ApiError ? t(`${feature}.refused.${error.code}`, { defaultValue: error.message }) : error.message)
}
