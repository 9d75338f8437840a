import { useTranslation } from 'react-i18next'

import type { Language } from '@/i18n'

import type { Bilingual } from './types'

export const useLanguage = (): Language => (useTranslation().i18n.language === 'zh' ? 'zh' : 'en')

/** What the server says in both languages, in the page's. */
export function useInWords(): (words: Bilingual) => string {
  const language = useLanguage()
  return (words) => words[language]
}
