import { useTranslation } from 'react-i18next'

import type { CellState, Progress } from '../api/types'
import { inLanguage } from '../form/rules'
import type { Arm } from '../protocol/types'
import { linesOf, type Square } from './matrix'
import styles from './Running.module.css'

const SIGNS: Record<CellState, string> = { waiting: '·', opened: '◔', paused: '‖', submitted: '◕', locked: '●', withdrawn: '×' }

/** Who has read which case, never what was said of it. */
export function Matrix({ progress, arms }: { progress: Progress; arms: readonly Arm[] }) {
  const { t } = useTranslation()
  const lines = linesOf(progress)
  return (
    <>
      <div className={styles.matrix} tabIndex={0} role="region" aria-label={t('studyRun.matrix')}>
        <table data-testid="matrix">
          <thead>
            <tr>
              <th scope="col">
                <span className="visually-hidden">{t('studyPeople.reader')}</span>
              </th>
              {progress.cases.map((one) => (
                <th key={one.number} scope="col" className={one.practice ? styles.practice : undefined} title={one.practice ? t('studyCases.practice') : undefined}>
                  {one.number}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <tr key={`${line.reader.key} ${line.session}`}>
                <th scope="row">
                  {line.reader.name}
                  {line.reader.sessions.length > 1 && ` · ${t('studySetup.design.session', { number: line.session })}`}
                </th>
                {line.squares.map((square) => (
                  <CellOf key={square.number} square={square} arms={arms} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className={styles.legend}>
        {(Object.keys(SIGNS) as CellState[]).map((state) => (
          <span key={state}>
            <span className={styles.cell} data-state={state} aria-hidden="true">
              {SIGNS[state]}
            </span>
            {t(`studyRun.cell.${state}`)}
          </span>
        ))}
      </p>
    </>
  )
}

function CellOf({ square, arms }: { square: Square; arms: readonly Arm[] }) {
  const { t, i18n } = useTranslation()
  if (square.state === null) return <td className={styles.cell} />
  const armOf = (key: string) => inLanguage(arms.find((arm) => arm.key === key)?.name ?? { en: key }, i18n.language)
  const words = square.parts.map((part) => [arms.length > 1 && armOf(part.arm), part.repeat && t('studyRun.repeat'), t(`studyRun.cell.${part.state}`)].filter(Boolean).join(', '))
  const title = `${t('studyPeople.caseNumber', { number: square.number })}: ${words.join('; ')}`
  return (
    <td className={styles.cell} data-state={square.state} title={title} aria-label={title}>
      {SIGNS[square.state]}
    </td>
  )
}
