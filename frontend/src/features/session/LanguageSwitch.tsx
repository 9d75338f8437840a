import { useTranslation } from 'react-i18next'

import { type Language, setLanguage } from '@/i18n'

import styles from './LanguageSwitch.module.css'

/** Each language is named in itself, so that whoever is lost finds the way back. */
const NAMES: Record<Language, { short: string; full: string }> = {
  zh: { short: '中', full: '中文' },
  en: { short: 'EN', full: 'English' },
}

export function LanguageSwitch() {
  const { t, i18n } = useTranslation()
  return (
    <div className={styles.switch} role="group" aria-label={t('session.language')}>
      {(['zh', 'en'] as const).map((language) => (
        <button
          key={language}
          type="button"
          lang={language === 'zh' ? 'zh-CN' : 'en'}
          title={NAMES[language].full}
          aria-label={`${NAMES[language].short} (${NAMES[language].full})`}
          aria-pressed={i18n.language === language}
          className={styles.choice}
          onClick={() => setLanguage(language)}
        >
          {NAMES[language].short}
        </button>
      ))}
    </div>
  )
}
