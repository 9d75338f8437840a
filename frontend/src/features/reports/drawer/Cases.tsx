import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import { Button } from '@/shared/ui/Button'
import { Found } from '@/shared/ui/Page'

import { useCasesBehind } from '../api/reports'
import type { CaseBehind, Conditions, Report } from '../api/types'
import { plainName } from '../desk/options'
import styles from './Drawer.module.css'

/** The cases that a cell counts, each with the way to it. */
export function Cases({ report, conditions, title, onClose }: { report: Report; conditions: Conditions; title: string; onClose: () => void }) {
  const { t } = useTranslation()
  const found = useCasesBehind(report.key, conditions)
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [title])
  return (
    <div className={styles.drawer} data-testid="cases-behind" onKeyDown={(event) => event.key === 'Escape' && onClose()}>
      <header className={styles.header}>
        <h2 ref={heading} tabIndex={-1}>
          {t('reports.cases.title')}
        </h2>
        <Button look="quiet" aria-label={t('shared.close')} onClick={onClose}>
          ×
        </Button>
      </header>
      <p>{title}</p>
      <Found found={found}>
        {(cases) => (
          <>
            <p className={styles.muted}>{t('reports.cases.count', { count: cases.length })}</p>
            <ul className={styles.cases}>
              {cases.map((one) => (
                <CaseRow key={one.case} one={one} judges={[conditions['judge'], conditions['other']]} />
              ))}
            </ul>
          </>
        )}
      </Found>
    </div>
  )
}

/** `judges`: those that the cell is about; their calls stand open, all others behind a summary. */
function CaseRow({ one, judges }: { one: CaseBehind; judges: (string | undefined)[] }) {
  const { t } = useTranslation()
  const call = (name: string) => {
    const score = one.scores[name]
    const said = t(`reports.call.${one.calls[name] ?? ''}`, { defaultValue: plainName(one.calls[name] ?? '–') })
    return `${name}: ${said}${score === undefined ? '' : ` (${score})`}`
  }
  const names = Object.keys(one.calls)
  const first = names.filter((name) => judges.includes(name))
  const rest = names.filter((name) => !judges.includes(name))
  const words = t('reports.cases.case', { number: one.case })
  return (
    <li data-testid="case-behind" data-case={one.case}>
      <strong>{one.link ? <Link to={one.link}>{words}</Link> : words}</strong>
      <span className={styles.muted}>
        {[one.cohort, t(`reports.truth.${one.truth === null ? 'none' : one.truth ? 'yes' : 'no'}`), one.basis && t(`reports.basis.${one.basis}`, { defaultValue: plainName(one.basis) }), one.tier && t(`reports.tier.${one.tier}`, { defaultValue: one.tier })]
          .filter(Boolean)
          .join(' · ')}
      </span>
      {first.map((name) => (
        <span key={name}>{call(name)}</span>
      ))}
      {rest.length > 0 && (
        <details>
          <summary>{t('reports.cases.calls', { count: rest.length })}</summary>
          {rest.map((name) => (
            <span key={name} className={styles.call}>
              {call(name)}
            </span>
          ))}
        </details>
      )}
    </li>
  )
}
