import { useTranslation } from 'react-i18next'

import type { Evidence, Queue, Revealed } from './api'
import { type KeyedCategory, told } from './categories'
import styles from './Panel.module.css'
import { useNamed } from './ReferenceFacts'

type Props = { revealed: Revealed; order: readonly KeyedCategory[]; terms: Queue['terms'] }

/** Who erred, both codes, what was decided, and, apart from them, what the program would propose and why. */
export function RevealedPanel({ revealed, order, terms }: Props) {
  const { t } = useTranslation()
  const name = useCategoryName(order)
  const listed = ({ primary, contributors }: { primary: string; contributors: string[] }) => (
    <>
      <strong>{name(primary)}</strong>
      {contributors.length > 0 && <span className={styles.beside}> {t('coding.beside', { names: contributors.map(name).join(t('coding.comma')) })}</span>}
    </>
  )
  return (
    <>
      <ErredSection revealed={revealed} />
      <section className={styles.section} data-testid="codes">
        <h2>{t('coding.codes.title')}</h2>
        {revealed.codes.map((code) => (
          <p key={code.coder}>
            <span className={styles.by}>{t(code.mine ? 'coding.codes.mine' : 'coding.codes.coder', { number: code.coder })}</span> {listed(code)}
            {code.remark && <span className={styles.remark}>{code.remark}</span>}
          </p>
        ))}
        {revealed.adjudication && (
          <p data-testid="adjudication">
            <span className={styles.by}>{t('coding.codes.decided')}</span> {listed(revealed.adjudication)}
            {revealed.adjudication.reason && <span className={styles.remark}>{revealed.adjudication.reason}</span>}
          </p>
        )}
        <p className={styles.note} data-testid="in-force">
          {t(revealed.adjudication ? 'coding.codes.adjudicated' : revealed.final ? 'coding.codes.agree' : 'coding.codes.differ')}
        </p>
      </section>
      {revealed.proposal && <ProposalSection proposal={revealed.proposal} name={name} terms={terms} />}
    </>
  )
}

export function useCategoryName(order: readonly KeyedCategory[]): (key: string) => string {
  const { i18n } = useTranslation()
  return (key) => told(order.find(({ category }) => category.key === key)?.category.name ?? { en: key }, i18n.language)
}

function ErredSection({ revealed: { erred } }: { revealed: Revealed }) {
  const { t, i18n } = useTranslation()
  const facts = [
    told(erred.arm, i18n.language),
    erred.stage && erred.stage !== 'only' ? t(`coding.stage.${erred.stage}`) : '',
    erred.likelihood === null ? '' : t('coding.erred.likelihood', { likelihood: erred.likelihood }),
    erred.score === null ? '' : t('coding.erred.score', { score: erred.score.toFixed(3), cutoff: erred.cutoff?.toFixed(3) ?? '–' }),
    erred.simulated ? t('coding.erred.simulated') : '',
  ]
  return (
    <section className={styles.section} data-testid="erred">
      <h2>{t('coding.erred.title')}</h2>
      <p>
        <span className={styles.by}>{t(`coding.erred.${erred.kind}`)}</span> <strong>{erred.name}</strong>
      </p>
      <p className={styles.note}>{facts.filter(Boolean).join(' · ')}</p>
    </section>
  )
}

type ProposalProps = { proposal: NonNullable<Revealed['proposal']>; name: (key: string) => string; terms: Queue['terms'] }

function ProposalSection({ proposal, name, terms }: ProposalProps) {
  const { t } = useTranslation()
  const say = useEvidence(terms)
  return (
    <section className={styles.section} data-testid="proposal">
      <h2>{t('coding.proposal.title')}</h2>
      <p>{proposal.category ? <strong>{name(proposal.category)}</strong> : t('coding.proposal.none')}</p>
      <ul className={styles.evidence}>
        {proposal.evidence.map((one) => (
          <li key={one.category}>
            <span className={styles.by}>{name(one.category)}</span> {say(one)}
          </li>
        ))}
      </ul>
      <p className={styles.note}>{t('coding.proposal.apart')}</p>
    </section>
  )
}

interface Figures {
  distance_mm?: number
  hit_radius_mm?: number
  score?: number | null
  cutoff?: number | null
  likelihood?: number | null
  sites?: string[]
}

/** A finding as a sentence in the language of the page; one of a rule that this page does not know, as the server said it. */
export function useEvidence(terms: Queue['terms']): (evidence: Evidence) => string {
  const { t, i18n } = useTranslation()
  const named = useNamed(terms)
  return ({ rule, category, figures, text }) => {
    const key = `coding.evidence.${rule}.${category}`
    if (!i18n.exists(key)) return text
    const { distance_mm = 0, hit_radius_mm = 0, score, cutoff, likelihood, sites = [] } = figures as Figures
    const sentence = t(key, { distance: distance_mm.toFixed(1), radius: hit_radius_mm, sites: named(sites) })
    if (typeof score === 'number' && typeof cutoff === 'number') return `${sentence} ${t('coding.evidence.score', { score: score.toFixed(3), cutoff: cutoff.toFixed(3) })}`
    return typeof likelihood === 'number' ? `${sentence} ${t('coding.evidence.likelihood', { likelihood })}` : sentence
  }
}
