import { useTranslation } from 'react-i18next'

import { Button } from '@/shared/ui/Button'

import type { CaseView, Feedback } from './api'
import styles from './FeedbackPanel.module.css'
import { labelIn, type Question } from './form'
import { useSaid } from './QuestionField'

type Props = { view: CaseView; feedback: Feedback; form: readonly Question[]; onNext: () => void }

/** After a practice case: what the reference standard says, beside the reader's own answers. */
export function FeedbackPanel({ view, feedback, form, onNext }: Props) {
  const { t } = useTranslation()
  const answers = view.submitted?.answers ?? {}
  const truth = feedback.recurrence === null ? 'unknown' : feedback.recurrence ? 'recurrence' : 'none'
  return (
    <section className={styles.feedback} data-testid="feedback">
      <h2>{t('reading.feedback.title')}</h2>
      <p className={styles.truth} data-truth={truth}>
        {t(`reading.feedback.${truth}`)}
      </p>
      <ul className={styles.list}>
        {feedback.rt_stage && <li>{feedback.rt_stage}</li>}
        {feedback.sites.length > 0 && <li>{feedback.sites.map((site) => t(`reading.site.${site}`, { defaultValue: site })).join(', ')}</li>}
        {feedback.kinds.length > 0 && <li>{feedback.kinds.map((kind) => t(`reading.kind.${kind}`, { defaultValue: kind })).join(', ')}</li>}
      </ul>
      <h2>{t('reading.feedback.yours')}</h2>
      <dl className={styles.list}>
        {form
          .filter(({ key }) => answers[key] !== undefined)
          .map((question) => (
            <Given key={question.key} question={question} value={answers[question.key]} />
          ))}
      </dl>
      <p className={styles.note}>{t('reading.feedback.note')}</p>
      <Button look="primary" autoFocus onClick={onNext} data-testid="next-case">
        {t('reading.next')} <kbd className={styles.kbd}>Enter</kbd>
      </Button>
    </section>
  )
}

function Given({ question, value }: { question: Question; value: unknown }) {
  const { i18n } = useTranslation()
  return (
    <div className={styles.given}>
      <dt>{labelIn(question.label, i18n.language)}</dt>
      <dd>{useSaid(question, value)}</dd>
    </div>
  )
}
