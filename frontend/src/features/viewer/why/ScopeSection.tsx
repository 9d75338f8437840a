import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { Scope, ScopeQuestion } from '@/api/types'
import { localTime } from '@/shared/ages'
import { Button } from '@/shared/ui/Button'

import { useAnswerScope } from '../api/mutations'
import { useScope } from '../api/queries'

import { Problem } from './Problem'
import styles from './Scope.module.css'
import { Foldable } from './Section'
import why from './Why.module.css'

/** Six questions, asked once an examination. Open until all are answered. */
export function ScopeSection({ uid }: { uid: string }) {
  const { t } = useTranslation()
  const { data: scope } = useScope(uid)
  if (!scope) return null
  const answered = scope.questions.filter(({ answer }) => answer !== null).length
  return (
    <Foldable key={String(scope.complete)} open={!scope.complete} title={`${t('viewer.scope.title')} · ${answered}/${scope.questions.length}`}>
      <ScopeForm uid={uid} scope={scope} />
    </Foldable>
  )
}

function ScopeForm({ uid, scope }: { uid: string; scope: Scope }) {
  const { t } = useTranslation()
  const save = useAnswerScope(uid)
  const [chosen, setChosen] = useState<Record<string, boolean>>({})
  const changed = Object.keys(chosen).length > 0
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (changed) save.mutate(chosen, { onSuccess: () => setChosen({}) })
  }
  return (
    <form data-testid="scope-form" onSubmit={submit} className={styles.form}>
      <p className={why.muted}>{t('viewer.scope.intro')}</p>
      {scope.questions.map((question) => (
        <Question
          key={question.key}
          question={question}
          value={chosen[question.key] ?? question.answer}
          onChoose={(answer) => setChosen((before) => ({ ...before, [question.key]: answer }))}
        />
      ))}
      {scope.out_of_scope.length > 0 && <p className={why.stripes}>{t('viewer.scope.out')}</p>}
      <div className={why.row}>
        <Button type="submit" look={changed ? 'primary' : 'plain'} disabled={!changed || save.isPending} data-testid="scope-save">
          {t('viewer.scope.save')}
        </Button>
      </div>
      <p className="visually-hidden" role="status">
        {save.isSuccess ? t('viewer.scope.saved') : ''}
      </p>
      <Problem error={save.error} />
    </form>
  )
}

type QuestionProps = { question: ScopeQuestion; value: boolean | null; onChoose: (answer: boolean) => void }

function Question({ question, value, onChoose }: QuestionProps) {
  const { t, i18n } = useTranslation()
  const by = question.answer !== null && question.by && question.at
  return (
    <fieldset className={styles.question} title={by ? t('viewer.scope.answered', { by: question.by, at: localTime(question.at ?? '', i18n.language) }) : undefined}>
      <legend>{t(`viewer.scope.questions.${question.key}`, { defaultValue: question.text })}</legend>
      {[true, false].map((answer) => (
        <label key={String(answer)} className={styles.answer}>
          <input
            type="radio"
            name={`scope-${question.key}`}
            checked={value === answer}
            onChange={() => onChoose(answer)}
            data-testid={`scope-${question.key}-${answer ? 'yes' : 'no'}`}
          />
          <span>{t(answer ? 'viewer.scope.yes' : 'viewer.scope.no')}</span>
        </label>
      ))}
    </fieldset>
  )
}
