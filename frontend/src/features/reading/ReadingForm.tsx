import { type ReactNode, useEffect, useEffectEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { asked, isNeeded, missing, type Question } from './form'
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
  onActive: (question: string) => void
}

/** The questions that are asked, one under another, in the order of thought. */
export function ReadingForm(props: Props) {
  const { keeper, view, form, forcedPoint, first, active, onActive } = props
  const { t } = useTranslation()
  const root = useRef<HTMLDivElement>(null)
  const [flagged, setFlagged] = useState<readonly string[]>([])
  const questions = asked(form, view.answers, forcedPoint)
  const go = (key: string) => {
    onActive(key)
    // The question opens first, then it has what may be focused.
    requestAnimationFrame(() => focusIn(root.current, key))
  }
  const answer = ({ key }: Question, value: unknown) => keeper.change({ [key]: value })
  const advance = (from: Question) => {
    // By the answers as they are now: the one just given may ask more.
    const now = asked(form, keeper.view().answers, forcedPoint)
    const next = now[now.findIndex(({ key }) => key === from.key) + 1]
    if (next) go(next.key)
    else document.querySelector<HTMLElement>('[data-testid="lock"]')?.focus()
  }
  const lock = () => {
    const lacking = missing(form, keeper.view().answers, forcedPoint)
    setFlagged(lacking)
    if (lacking[0] !== undefined) go(lacking[0])
    else props.onLock()
  }
  useLockAsked(props.lockAsked, lock)
  useFormKeys({ questions, answers: view.answers, active, answer, advance, lock, help: props.onHelp, pause: props.onPause }, props.keys && !view.acting)
  const opening = questions[0]?.key
  useFocusOnOpening(opening, active, go)
  const problemOf = ({ key }: Question) => {
    const said = view.problems.find(({ field }) => field === key)?.detail
    return said ?? (flagged.includes(key) && missing(form, view.answers, forcedPoint).includes(key) ? t('reading.missing') : undefined)
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

/** A case opens at its first question, so that the first key answers it. */
function useFocusOnOpening(opening: string | undefined, active: string | undefined, go: (key: string) => void): void {
  const open = useEffectEvent(() => opening !== undefined && active === undefined && go(opening))
  useEffect(() => void open(), [opening])
}

function focusIn(root: HTMLElement | null, key: string): void {
  const question = root?.querySelector<HTMLElement>(`[data-question="${key}"]`)
  const target = question?.querySelector<HTMLElement>('[data-first], button, textarea, input')
  target?.focus({ preventScroll: true })
  question?.scrollIntoView({ block: 'nearest' })
}
