import { type ReactNode, useEffect, useEffectEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { useSaid } from '@/shared/useSaid'

import { asked, isNeeded, labelIn, missing, type Question } from './form'
import type { AnswerKeeper, KeeperView } from './keeper'
import { QuestionField } from './QuestionField'
import styles from './ReadingForm.module.css'
import { useFormKeys } from './useFormKeys'

type Props = {
  keeper: AnswerKeeper
  view: KeeperView
  form: readonly Question[]
  forcedPoint: boolean
  first: Record<string, unknown> | undefined
  /** Whether keys act: false while a dialog has them. */
  keys: boolean
  /** Where a point is, with the way to it. */
  pointWords: (question: Question) => ReactNode
  /** Everything needed is answered. */
  onLock: () => void
  onHelp: () => void
  onPause: () => void
  /** Asked to lock from outside: counts up. */
  lockAsked: number
  active: string | undefined
  /** The question in hand at this moment, drawn or not. */
  activeNow: () => string | undefined
  onActive: (question: string) => void
}

/** The questions that are asked, one under another, in the order of thought. */
export function ReadingForm(props: Props) {
  const { keeper, view, form, forcedPoint, first, active, onActive } = props
  const { t } = useTranslation()
  const said = useSaid()
  const root = useRef<HTMLDivElement>(null)
  const [flagged, setFlagged] = useState<readonly string[]>([])
  const questions = asked(form, view.answers, forcedPoint)
  const answer = ({ key }: Question, value: unknown) => keeper.change({ [key]: value })
  const advance = (from: Question) => {
    // By the answers as they are now: the one just given may ask more. Into a text one goes by Tab: there letters are no keys.
    const now = asked(form, keeper.view().answers, forcedPoint)
    const next = now.slice(now.findIndex(({ key }) => key === from.key) + 1).find(({ kind, required }) => required || kind !== 'text')
    if (next) onActive(next.key)
  }
  const lock = () => {
    const lacking = missing(form, keeper.view().answers, forcedPoint)
    setFlagged(lacking)
    if (lacking[0] !== undefined) onActive(lacking[0])
    else props.onLock()
  }
  useLockAsked(props.lockAsked, lock)
  const now = () => {
    const { answers } = keeper.view()
    return { questions: asked(form, answers, forcedPoint), answers, active: props.activeNow() }
  }
  useFormKeys(now, { answer, advance, lock, help: props.onHelp, pause: props.onPause }, props.keys && !view.acting)
  const opening = questions[0]?.key
  // A case opens at its first question, so that the first key answers it.
  const open = useEffectEvent(() => opening !== undefined && active === undefined && onActive(opening))
  useEffect(() => void open(), [opening])
  useEffect(() => focusIn(root.current, active), [active])
  const problemOf = ({ key, label }: Question) => {
    // The server names the question in English; here it stands beside it.
    const detail = view.problems.find(({ field }) => field === key)?.detail.replace(`${labelIn(label, 'en')}: `, '')
    return detail ? said(detail) : (flagged.includes(key) && missing(form, view.answers, forcedPoint).includes(key) ? t('reading.missing') : undefined)
  }
  return (
    <div ref={root} className={styles.questions} data-testid="reading-form">
      {questions.map((question) => (
        <QuestionField
          key={question.key}
          question={question}
          value={view.answers[question.key]}
          first={first && (first[question.key] ?? null)}
          needed={isNeeded(question, forcedPoint)}
          active={active === question.key}
          disabled={view.acting}
          problem={problemOf(question)}
          point={question.kind === 'point' ? props.pointWords(question) : null}
          onAnswer={(value) => answer(question, value)}
          onDone={() => advance(question)}
          onActivate={() => active !== question.key && onActive(question.key)}
        />
      ))}
    </div>
  )
}

function useLockAsked(count: number, lock: () => void): void {
  const ask = useEffectEvent(lock)
  useEffect(() => {
    if (count > 0) ask()
  }, [count])
}

/** The focus goes with the question in hand, unless it is there already; a question that opened has what may be focused. */
function focusIn(root: HTMLElement | null, key: string | undefined): void {
  const question = root?.querySelector<HTMLElement>(`[data-question="${key}"]`)
  const target = question?.querySelector<HTMLElement>('[data-first], button, textarea, input')
  if (!question?.contains(document.activeElement)) target?.focus({ preventScroll: true })
  question?.scrollIntoView?.({ block: 'nearest' })
}
