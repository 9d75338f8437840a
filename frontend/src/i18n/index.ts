/** Every word a person reads goes through here; en and zh hold the same keys (i18n.test.ts). */
import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'

import { appWords } from '@/app/words'
import { blindedWords } from '@/features/blinded-images/words'
import { codingWords } from '@/features/coding/words'
import { consoleWords } from '@/features/console/words'
import { cutoffWords } from '@/features/cutoff-desk/words'
import { intakeWords } from '@/features/intake/words'
import { auditWords } from '@/features/reader-studies/words/audit'
import { caseWords } from '@/features/reader-studies/words/cases'
import { findingWords } from '@/features/reader-studies/words/findings'
import { formWords } from '@/features/reader-studies/words/form'
import { invitationWords, peopleWords } from '@/features/reader-studies/words/people'
import { blindingWords, runWords, signWords } from '@/features/reader-studies/words/running'
import { setupWords } from '@/features/reader-studies/words/setup'
import { studiesWords } from '@/features/reader-studies/words/studies'
import { readingWords } from '@/features/reading/words'
import { optionWords } from '@/features/reports/words/options'
import { paperWords } from '@/features/reports/words/paper'
import { cohortWords } from '@/features/reports/cohort/words'
import { reportWords } from '@/features/reports/words/reports'
import { sessionWords } from '@/features/session/words'
import { setAsideWords } from '@/features/set-aside/words'
import { shadowWords } from '@/features/shadow-mode/words'
import { sourcesWords } from '@/features/sources/words'
import { statusWords } from '@/features/status/words'
import { taggingWords } from '@/features/tagging/words'
import { viewerWords } from '@/features/viewer/words'
import { workersWords } from '@/features/workers/words'
import { worklistWords } from '@/features/worklist/words'
import { evidenceWords } from '@/shared/evidenceWords'
import { guardWords } from '@/shared/guardWords'
import { serverWords } from '@/shared/serverWords'
import { roomServerWords } from '@/shared/roomServerWords'
import { studyServerWords } from '@/shared/studyServerWords'
import { upstreamWords } from '@/shared/upstreamWords'
import { sharedWords } from '@/shared/words'

export const LANGUAGES = ['en', 'zh'] as const
export type Language = (typeof LANGUAGES)[number]

/** One entry a feature: its key is the first part of every key inside, as in `viewer.opacity`. */
const FEATURES = {
  app: appWords,
  blinded: blindedWords,
  coding: codingWords,
  console: consoleWords,
  cutoffs: cutoffWords,
  evidence: evidenceWords,
  guard: guardWords,
  intake: intakeWords,
  reading: readingWords,
  reports: reportWords,
  cohort: cohortWords,
  reportOption: optionWords,
  reportPaper: paperWords,
  server: serverWords,
  session: sessionWords,
  setAside: setAsideWords,
  shadow: shadowWords,
  shared: sharedWords,
  sources: sourcesWords,
  status: statusWords,
  studies: studiesWords,
  studyAudit: auditWords,
  studyBlinding: blindingWords,
  studyCases: caseWords,
  studyFinding: findingWords,
  studyForm: formWords,
  studyInvitation: invitationWords,
  studyPeople: peopleWords,
  studyRun: runWords,
  studyServer: studyServerWords,
  roomServer: roomServerWords,
  studySetup: setupWords,
  studySign: signWords,
  tagging: taggingWords,
  upstream: upstreamWords,
  viewer: viewerWords,
  workers: workersWords,
  worklist: worklistWords,
}

export function resources(language: Language) {
  return Object.fromEntries(Object.entries(FEATURES).map(([name, both]) => [name, both[language]]))
}

const STORED = 'darndest-language'

function preferred(): Language {
  const stored = localStorage.getItem(STORED)
  if (stored === 'en' || stored === 'zh') return stored
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}

function applyToDocument(language: string) {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
}

void i18next.use(initReactI18next).init({
  resources: { en: { translation: resources('en') }, zh: { translation: resources('zh') } },
  lng: preferred(),
  fallbackLng: 'en',
  initAsync: false,
  interpolation: { escapeValue: false },
  returnNull: false,
})
applyToDocument(i18next.language)

export function setLanguage(language: Language) {
  localStorage.setItem(STORED, language)
  void i18next.changeLanguage(language)
  applyToDocument(language)
}

export { i18next }
