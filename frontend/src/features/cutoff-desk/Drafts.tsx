import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { CutoffDraft } from '@/api/types'
import { localTime, utcTime } from '@/shared/ages'
import { Button } from '@/shared/ui/Button'
import { Card } from '@/shared/ui/Card'
import card from '@/shared/ui/Card.module.css'
import table from '@/shared/ui/Table.module.css'
import { useRefusal } from '@/shared/useRefusal'

import { useDrafts, useSaveDraft } from './api'
import { cutoffsWritten, withLimits, written } from './numbers'
import type { Cutoffs } from './sliding'
import styles from './Controls.module.css'

type Refusal = { code: string; detail: string }
type Props = { source: string; cohort: string; inputs: string; cutoffs: Cutoffs; refusal: Refusal | null }

/** Keeping two cutoffs, with what they are worth beyond these patients; or why that cannot be. */
export function Drafts({ source, cohort, inputs, cutoffs, refusal }: Props) {
  const { t } = useTranslation()
  const drafts = useDrafts(source).data?.drafts ?? []
  return (
    <Card title={t('cutoffs.draft.title')} data-testid="drafts">
      <p>{t('cutoffs.draft.how')}</p>
      {refusal ? (
        <p data-testid="draft-refused">{t(`cutoffs.refused.${refusal.code}`, { defaultValue: refusal.detail })}</p>
      ) : (
        <SaveForm source={source} cohort={cohort} inputs={inputs} cutoffs={cutoffs} />
      )}
      <h3>{t('cutoffs.draft.list')}</h3>
      {drafts.length === 0 ? <p className={card.muted}>{t('cutoffs.draft.none')}</p> : <DraftTable drafts={drafts} />}
    </Card>
  )
}

function SaveForm({ source, cohort, inputs, cutoffs }: Omit<Props, 'refusal'>) {
  const { t } = useTranslation()
  const [name, setName] = useState('')
  const save = useSaveDraft(source)
  const refused = useRefusal('cutoffs')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim()) save.mutate({ name: name.trim(), cohort, ...cutoffs, inputs_sha256: inputs })
  }
  return (
    <form onSubmit={submit}>
      <div className={styles.row}>
        <label className={styles.field}>
          {t('cutoffs.draft.name')}
          <input className={`${styles.input} ${styles.wide}`} value={name} maxLength={100} onChange={(event) => setName(event.target.value)} />
        </label>
        <Button type="submit" look="primary" disabled={!name.trim() || save.isPending}>
          {save.isPending ? t('cutoffs.draft.saving') : t('cutoffs.draft.save')}
        </Button>
      </div>
      <p role="status" data-testid="draft-said">
        {save.data && t('cutoffs.draft.saved', { name: save.data.name, version: save.data.version })}
      </p>
      <p role="alert" className={styles.problem}>
        {save.error && refused(save.error)}
      </p>
    </form>
  )
}

const MEASURES = ['sensitivity', 'specificity', 'spared'] as const
const KINDS = [
  ['apparent', 'apparent'],
  ['cross_validated', 'validated'],
] as const

function DraftTable({ drafts }: { drafts: readonly CutoffDraft[] }) {
  const { t, i18n } = useTranslation()
  const share = (one: CutoffDraft['apparent']['sensitivity']) =>
    one.value === null ? t('cutoffs.draft.notEstimable') : `${withLimits(one, (value) => written(100 * value, i18n.language, 1), '')} %`
  return (
    <div className={styles.scroll}>
      <table className={table.table} data-testid="draft-table">
        <thead>
          <tr>
            <th scope="col">{t('cutoffs.draft.draft')}</th>
            <th scope="col">{t('cutoffs.draft.cutoffs')}</th>
            {MEASURES.map((measure) => (
              <th key={measure} scope="col">
                {t(`cutoffs.draft.${measure}`)}
              </th>
            ))}
            <th scope="col">{t('cutoffs.draft.by')}</th>
          </tr>
        </thead>
        <tbody>
          {drafts.map((draft) => (
            <tr key={`${draft.name} ${draft.version}`}>
              <th scope="row">
                {draft.name} {draft.version}
                {draft.cohort && <small className={card.muted}> {draft.cohort}</small>}
              </th>
              <td>{cutoffsWritten(draft).join(' / ')}</td>
              {MEASURES.map((measure) => (
                <td key={measure}>
                  {KINDS.map(([kind, word]) => (
                    <div key={kind}>
                      {share(draft[kind][measure])} <small className={card.muted}>{t(`cutoffs.draft.${word}`)}</small>
                    </div>
                  ))}
                </td>
              ))}
              <td title={`${utcTime(draft.made_at)} UTC`}>
                {draft.made_by}, {localTime(draft.made_at, i18n.language)}
                <div>
                  <small className={card.muted} title={draft.inputs_sha256}>
                    {t('cutoffs.draft.inputs', { hash: draft.inputs_sha256.slice(0, 8) })}
                  </small>
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
