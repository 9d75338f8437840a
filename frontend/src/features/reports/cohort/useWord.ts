import { useTranslation } from 'react-i18next'

/** The words of cohorts by the rest of their key, as functions outside of components take them. */
export function useWord() {
  const { t } = useTranslation()
  return (key: string, values?: Record<string, string>) => t(`cohort.${key}`, { ...values })
}
