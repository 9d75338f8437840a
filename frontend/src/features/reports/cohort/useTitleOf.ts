import { useTranslation } from 'react-i18next'

import type { Source } from '../api/types'

/** A source's title; of the one cohort that nobody named, in the page's language. */
export function useTitleOf(): (source: Pick<Source, 'kind' | 'key' | 'title'>) => string {
  const { t } = useTranslation()
  return ({ kind, key, title }) => (kind === 'cohort' && key === 'all' ? t('cohort.all') : title)
}
