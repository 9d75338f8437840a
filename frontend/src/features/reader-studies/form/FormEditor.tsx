import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { Button } from '@/shared/ui/Button'

import { useDraft, useProblems } from '../draft/context'
import type { QuestionKind } from '../protocol/types'
import styles from './Form.module.css'
import { QuestionCard } from './QuestionCard'
import { KINDS, mended, newQuestion, removed, reordered } from './rules'

/** The questions in their order; one is open at a time. */
export function FormEditor() {
  const { t } = useTranslation()
  const { protocol, change } = useDraft()
  const problems = useProblems('form').filter((one) => one.field === 'form')
  const [open, setOpen] = useState<string | null>(null)
  const { form } = protocol
  const add = (kind: QuestionKind) => {
    const question = newQuestion(form, kind, { en: 'New question', zh: '新问题' }, { en: 'Option', zh: '选项' })
    change(['form'], [...form, question])
    setOpen(question.key)
  }
  return (
    <div>
      {problems.map((one) => (
        <p key={one.detail} className={styles.problem} role="alert">
          {one.detail}
        </p>
      ))}
      <ol className={styles.questions} data-testid="form-editor">
        {form.map((question, index) => (
          <QuestionCard
            key={question.key}
            question={question}
            index={index}
            last={index === form.length - 1}
            open={open === question.key}
            onOpen={() => setOpen(open === question.key ? null : question.key)}
            onMove={(by) => change(['form'], reordered(form, index, by))}
            onRemove={() => change(['form'], removed(form, index))}
            onChange={(changed) => {
              change(['form'], mended(form.map((one, place) => (place === index ? changed : one))))
              if (open === question.key) setOpen(changed.key)
            }}
          />
        ))}
      </ol>
      <div className={styles.add}>
        <span>{t('studyForm.add')}</span>
        {KINDS.map((kind) => (
          <Button key={kind} onClick={() => add(kind)}>
            {t(`studyForm.kind.${kind}`)}
          </Button>
        ))}
      </div>
    </div>
  )
}
