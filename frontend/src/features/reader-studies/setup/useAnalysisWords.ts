import { useTranslation } from 'react-i18next'

import { inLanguage } from '../form/rules'
import type { Analysis, Design } from '../protocol/types'

/** What one side of a comparison is, in words: an arm by its name, a group of readers, a network. */
export function useSideWords(design: Design): (side: string) => string {
  const { t, i18n } = useTranslation()
  return (side) => {
    const [what = '', which = ''] = side.split(':')
    if (what === 'arm') {
      const arm = design.arms.find((one) => one.key === which)
      return t('studySetup.side.arm', { name: arm ? inLanguage(arm.name, i18n.language) : which })
    }
    if (what === 'network') return t(which === 'DARNDEST' ? 'studySetup.side.tactic' : 'studySetup.side.network', { name: which })
    if (what === 'stage') return t(`studySetup.side.${which === 'aided' ? 'aided' : 'unaided'}`)
    if (side === 'reader:all') return t('studySetup.side.allReaders')
    if (what === 'seniority') return t(`studySetup.side.${which === 'senior' ? 'senior' : 'junior'}`)
    return side
  }
}

/** An analysis as one line: "Sensitivity: network T1_T2 against all readers, non-inferior by 0.05". */
export function useAnalysisWords(design: Design): (analysis: Analysis) => string {
  const { t } = useTranslation()
  const side = useSideWords(design)
  return ({ endpoint, hypothesis, first, second, margin }) =>
    [
      t(`studySetup.endpoint.${endpoint}`),
      second ? t('studySetup.against', { first: side(first), second: side(second) }) : t('studySetup.ofSide', { side: side(first) }),
      hypothesis === 'estimate' ? '' : t(`studySetup.hypothesisShort.${hypothesis}`, { margin }),
    ]
      .filter(Boolean)
      .join(' ')
}
