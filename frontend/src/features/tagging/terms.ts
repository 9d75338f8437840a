import { useTranslation } from 'react-i18next'

import type { Term } from './api'

/** Terms of an anatomical list in the page's language, by their keys; a key that the list does not know stays as it is. */
export function useTerms(): (terms: readonly Term[], keys: readonly string[]) => string[] {
  const { i18n } = useTranslation()
  const chinese = i18n.language === 'zh'
  return (terms, keys) =>
    keys.map((key) => {
      const term = terms.find((one) => one.key === key)
      return term ? (chinese ? term.zh : term.en) : key
    })
}
