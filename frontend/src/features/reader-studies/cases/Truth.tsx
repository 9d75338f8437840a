import { useTranslation } from 'react-i18next'

/** A case's truth in words; what is not established is said, never guessed. */
export function Truth({ recurrence, debatable = false, title }: { recurrence: boolean | null; debatable?: boolean; title?: string }) {
  const { t } = useTranslation()
  const word = recurrence === null ? 'unknown' : recurrence ? 'positive' : 'negative'
  return (
    <span title={title}>
      {t(`studyCases.truth.${word}`)}
      {debatable && ` · ${t('studyCases.debatable')}`}
    </span>
  )
}
