import { useTranslation } from 'react-i18next'

import { Button } from '@/shared/ui/Button'

import { useDraft, useProblems } from '../../draft/context'
import { SelectField } from '../../fields/Field'
import { NumberField } from '../../fields/NumberField'
import { changedAnalysis, ENDPOINTS, HYPOTHESES, newAnalysis, removedAnalysis, sidesOf } from '../../protocol/analyses'
import type { Analysis } from '../../protocol/types'
import styles from '../Setup.module.css'
import { useAnalysisWords, useSideWords } from '../useAnalysisWords'

/** The pre-specified analyses, one of them primary. `fixed`: so many, the first ones, were named beforehand and stay. */
export function Analyses({ fixed = 0 }: { fixed?: number }) {
  const { t } = useTranslation()
  const { protocol, change } = useDraft()
  const problems = useProblems('aim.analyses')
  const { aim } = protocol
  const add = () => {
    const added = newAnalysis(aim.analyses)
    // What is added after opening never becomes the primary one.
    change(['aim'], { ...aim, analyses: [...aim.analyses, added], primary: fixed > 0 ? aim.primary : (aim.primary ?? added.key) })
  }
  return (
    <>
      <ol className={styles.cards}>
        {aim.analyses.map((one, index) =>
          index < fixed ? <Fixed key={one.key} analysis={one} /> : (
          <AnalysisCard key={one.key} analysis={one} index={index} primary={fixed === 0} />
          ),
        )}
      </ol>
      {problems.map((one) => (
        <p key={one.detail} className={styles.problem} role="alert">
          {one.detail}
        </p>
      ))}
      <Button onClick={add} data-testid="add-analysis">
        {t('studySetup.aim.add')}
      </Button>
    </>
  )
}

function Fixed({ analysis }: { analysis: Analysis }) {
  const { protocol } = useDraft()
  const words = useAnalysisWords(protocol.design)
  return <li className={styles.card}>{words(analysis)}</li>
}

function AnalysisCard({ analysis, index, primary }: { analysis: Analysis; index: number; primary: boolean }) {
  const { t } = useTranslation()
  const { protocol, change } = useDraft()
  const words = useAnalysisWords(protocol.design)
  const side = useSideWords(protocol.design)
  const { aim } = protocol
  const path = ['aim', 'analyses', index]
  const set = (value: Partial<Analysis>) => change(path, changedAnalysis(analysis, value))
  const sides = sidesOf(protocol.design, analysis)
  return (
    <li className={styles.card}>
      <header className={styles.cardHead}>
        {primary && (
          <label className={styles.primary}>
            <input type="radio" name="primary" checked={aim.primary === analysis.key} onChange={() => change(['aim', 'primary'], analysis.key)} />
            {t('studySetup.aim.primary')}
          </label>
        )}
        <strong>{words(analysis)}</strong>
        <Button look="quiet" aria-label={t('studySetup.aim.remove', { analysis: words(analysis) })} onClick={() => change(['aim'], removedAnalysis(aim, index))}>
          {t('studies.remove')}
        </Button>
      </header>
      <div className={styles.fields}>
        <SelectField label={t('studySetup.aim.endpoint')} value={analysis.endpoint} options={ENDPOINTS.map((one) => [one, t(`studySetup.endpoint.${one}`)])} onChange={(endpoint) => set({ endpoint })} />
        <SelectField label={t('studySetup.aim.first')} value={analysis.first} options={sides.map((one) => [one, side(one)])} onChange={(first) => set({ first })} />
        <SelectField label={t('studySetup.aim.second')} value={analysis.second} options={[['', t('studySetup.side.none')], ...sides.map((one) => [one, side(one)] as const)]} onChange={(second) => set({ second })} />
        <SelectField label={t('studySetup.aim.comparison')} value={analysis.hypothesis} options={HYPOTHESES.map((one) => [one, t(`studySetup.hypothesis.${one}`)])} onChange={(hypothesis) => set({ hypothesis })} />
        {analysis.margin !== null && (
          <NumberField label={t('studySetup.aim.margin')} hint={t('studySetup.aim.marginHint')} field={`aim.analyses.${index}.margin`} value={analysis.margin} least={0.001} most={0.999} whole={false} onChange={(margin) => set({ margin })} />
        )}
      </div>
    </li>
  )
}
