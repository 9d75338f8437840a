import { useTranslation } from 'react-i18next'

/** Days from the examination in words: "92 days after". */
export function useDistance(): (days: number | null) => string {
  const { t } = useTranslation()
  return (days) => {
    if (days === null) return t('tagging.look.unknown')
    if (days === 0) return t('tagging.look.same')
    return t(days > 0 ? 'tagging.look.after' : 'tagging.look.before', { count: Math.abs(days) })
  }
}
