import { useTranslation } from 'react-i18next'

import { Button } from '@/shared/ui/Button'

import { useDraft, useProblems } from '../draft/context'
import { CheckField, SelectField, TextField } from '../fields/Field'
import type { Meaning, Question } from '../protocol/types'
import { Anchors } from './Anchors'
import { ConditionFields } from './ConditionFields'
import styles from './Form.module.css'
import { Options } from './Options'
import { hasOptions, inLanguage, isKept, meaningsFor } from './rules'

type Props = { question: Question; index: number; last: boolean; open: boolean; onOpen: () => void; onMove: (by: number) => void; onRemove: () => void; onChange: (question: Question) => void }

/** One question: closed a line, open all that can be said of it. Alt and the arrows move it. */
export function QuestionCard({ question, index, last, open, onOpen, onMove, onRemove, onChange }: Props) {
  const { t, i18n } = useTranslation()
  const problems = useProblems(`form.${index}`)
  const label = inLanguage(question.label, i18n.language)
  return (
    <li
      className={styles.question}
      data-testid="question"
      data-key={question.key}
      onKeyDown={(event) => {
        if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
        event.preventDefault()
        onMove(event.key === 'ArrowUp' ? -1 : 1)
      }}
    >
      <header>
        <button type="button" className={styles.open} aria-expanded={open} onClick={onOpen}>
          <span aria-hidden="true">{open ? '▾' : '▸'}</span> {label}
          <span className={styles.facts}>
            {[t(`studyForm.kind.${question.kind}`), question.required ? t('studyForm.required') : t('studyForm.optional'), question.when && t('studyForm.conditional')].filter(Boolean).join(' · ')}
          </span>
        </button>
        <span className={styles.movers}>
          <Button look="quiet" aria-label={t('studySetup.up', { name: label })} disabled={index === 0} onClick={() => onMove(-1)}>
            ↑
          </Button>
          <Button look="quiet" aria-label={t('studySetup.down', { name: label })} disabled={last} onClick={() => onMove(1)}>
            ↓
          </Button>
          <Button look="quiet" aria-label={t('studyForm.remove', { name: label })} disabled={isKept(question)} title={isKept(question) ? t('studyForm.kept') : undefined} onClick={onRemove}>
            ×
          </Button>
        </span>
      </header>
      {problems.map((one) => (
        <p key={`${one.field} ${one.detail}`} className={styles.problem} role="alert">
          {one.detail}
        </p>
      ))}
      {open && <Body question={question} onChange={onChange} />}
    </li>
  )
}

function Body({ question, onChange }: { question: Question; onChange: (question: Question) => void }) {
  const { t } = useTranslation()
  const { protocol } = useDraft()
  const set = (change: Partial<Question>) => onChange({ ...question, ...change })
  const say = (part: 'label' | 'help', language: string, text: string) => set({ [part]: { ...question[part], [language]: text } })
  const languages = ['en', 'zh'] as const
  return (
    <div className={styles.body}>
      <div className={styles.pair}>
        {languages.map((one) => (
          <TextField key={one} label={t('studyForm.label', { language: t(`studyForm.language.${one}`) })} lang={one} value={question.label[one] ?? ''} maxLength={2000} onChange={(text) => say('label', one, text)} />
        ))}
        {languages.map((one) => (
          <TextField key={one} label={t('studyForm.help', { language: t(`studyForm.language.${one}`) })} lang={one} value={question.help[one] ?? ''} maxLength={2000} onChange={(text) => say('help', one, text)} />
        ))}
      </div>
      <div className={styles.pair}>
        <SelectField<Meaning> label={t('studyForm.meaning')} hint={t('studyForm.meaningHint')} value={question.meaning} options={meaningsFor(protocol.form, question).map((one) => [one, t(`studyForm.meaningOf.${one || 'none'}`)])} onChange={(meaning) => set({ meaning })} />
        <CheckField label={t('studyForm.answerNeeded')} checked={question.required} disabled={isKept(question)} onChange={(required) => set({ required })} />
      </div>
      {!isKept(question) && <ConditionFields form={protocol.form} question={question} onChange={(when) => set({ when })} />}
      {hasOptions(question.kind) && <Options options={question.options} onChange={(options) => set({ options })} />}
      {question.kind === 'scale' && <Anchors anchors={question.anchors} onChange={(anchors) => set({ anchors })} />}
    </div>
  )
}
