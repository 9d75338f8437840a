import { useCallback, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useSearchParams } from 'react-router'

import { OtherStudies } from '@/features/sources/OtherStudies'
import { DemoProgress } from '@/features/status/DemoProgress'
import { useStatus } from '@/features/status/api'
import { Failed } from '@/shared/ui/Failed'
import { SyntheticBand } from '@/shared/ui/SyntheticBand'

import { EmptyWorklist } from './EmptyWorklist'
import { Filters } from './Filters'
import { KeysHelp } from './KeysHelp'
import { Pager } from './Pager'
import { changed, isFiltered, PAGE_SIZE, readParams, type WorklistParams, writeParams } from './params'
import { Reasons } from './Reasons'
import { useShownRows, useWorklist } from './useWorklist'
import { useWorklistKeys } from './useWorklistKeys'
import styles from './WorklistPage.module.css'
import { WorklistSkeleton, WorklistTable } from './WorklistTable'

type Props = { onTakeIn: () => void; onEscape: () => void }

export function WorklistPage({ onTakeIn, onEscape }: Props) {
  const navigate = useNavigate()
  const [search, setSearch] = useSearchParams()
  const params = useMemo(() => readParams(search), [search])
  const question = writeParams(params).toString()
  const status = useStatus()
  const worklist = useWorklist(params)
  const { shown, sort, hold } = useShownRows(worklist.data, question, !worklist.isPlaceholderData)
  const [selected, setSelected] = useState<string | null>(null)
  const [previewing, setPreviewing] = useState(false)
  const [help, setHelp] = useState(false)
  const body = useRef<HTMLTableSectionElement>(null)

  // At once, not as a transition: a checkbox that follows the URL would otherwise spring back until the page has rendered.
  const ask = useCallback((next: WorklistParams) => setSearch(writeParams(next), { flushSync: true }), [setSearch])
  const hrefOf = useCallback((uid: string) => `/viewer/${uid}/${question && `?${question}`}`, [question])
  const open = useCallback((uid: string) => void navigate(hrefOf(uid)), [navigate, hrefOf])
  const preview = useCallback((uid: string) => {
    setSelected(uid)
    setPreviewing(true)
  }, [])
  const move = (step: 1 | -1) => {
    const place = shown.rows.findIndex((row) => row.uid === selected)
    const next = shown.rows[place < 0 ? 0 : place + step]
    if (next) body.current?.querySelector<HTMLElement>(`[data-uid="${next.uid}"]`)?.focus()
  }
  // A row that a filter took away stays selected in case it comes back, but no key acts on what nobody sees.
  const listed = shown.rows.find((row) => row.uid === selected)
  useWorklistKeys({
    move,
    open: () => listed && open(listed.uid),
    preview: () => setPreviewing(!previewing && listed !== undefined),
    takeIn: onTakeIn,
    sort,
    help: () => setHelp(true),
    escape: () => (previewing ? setPreviewing(false) : onEscape()),
  })

  const row = previewing ? listed : undefined
  const demo = status.data?.demo ?? null
  const synthetic = demo !== null || shown.rows.some((one) => one.synthetic)
  const clear = () => ask(changed(readParams(new URLSearchParams()), { ordering: params.ordering }))
  return (
    <div className={styles.page}>
      {synthetic && <SyntheticBand />}
      <Toolbar
        params={params}
        onChange={ask}
        totals={worklist.data?.totals}
        updated={shown.outOfOrder ? shown.changed.size : 0}
        onSort={sort}
        onHelp={() => setHelp(true)}
      />
      {demo?.preparing && shown.rows.length > 0 && (
        <div className={styles.demo}>
          <DemoProgress demo={demo} />
        </div>
      )}
      <div className={styles.content}>
        <div className={styles.list} aria-busy={worklist.isPlaceholderData}>
          {worklist.isPending ? (
            <WorklistSkeleton />
          ) : worklist.error && !worklist.data ? (
            <Failed error={worklist.error} onRetry={() => void worklist.refetch()} />
          ) : shown.rows.length ? (
            <WorklistTable
              shown={shown}
              ordering={params.ordering}
              selected={selected}
              body={body}
              hrefOf={hrefOf}
              onOrder={(ordering) => ask(changed(params, { ordering }))}
              onHold={hold}
              onSelect={setSelected}
              onOpen={open}
              onPreview={preview}
            />
          ) : (
            <EmptyWorklist
              filtered={isFiltered(params)}
              studies={worklist.data?.totals.studies ?? 0}
              demo={demo}
              onClear={clear}
              onTakeIn={onTakeIn}
            />
          )}
        </div>
        {row && <Reasons row={row} href={hrefOf(row.uid)} onClose={() => setPreviewing(false)} />}
      </div>
      {asksOthers(params) && <OtherStudies question={othersQuestion(params)} hrefOf={hrefOf} alone={worklist.data?.count === 0} />}
      <Pager page={params.page} pageSize={PAGE_SIZE} count={worklist.data?.count ?? 0} onPage={(page) => ask({ ...params, page })} />
      {help && <KeysHelp onClose={() => setHelp(false)} />}
    </div>
  )
}

/** No PACS knows tiers, states or ways in: under such a filter none of its studies could be meant. */
const asksOthers = ({ tier, state, source }: WorklistParams) => tier.length + state.length + source.length === 0

const othersQuestion = ({ search, dateFrom, dateTo }: WorklistParams) => ({ search, date_from: dateFrom, date_to: dateTo })

type ToolbarProps = {
  params: WorklistParams
  onChange: (params: WorklistParams) => void
  totals: { studies: number; running: number; need_person: number } | undefined
  updated: number
  onSort: () => void
  onHelp: () => void
}

function Toolbar({ params, onChange, totals, updated, onSort, onHelp }: ToolbarProps) {
  const { t } = useTranslation()
  return (
    <div className={styles.toolbar}>
      <h1 className="visually-hidden">{t('worklist.title')}</h1>
      <Filters params={params} onChange={onChange} />
      {totals && (
        <span className={styles.totals} title={t('worklist.totalsTitle')} data-testid="totals">
          {t('worklist.totals', { studies: totals.studies, running: totals.running, needPerson: totals.need_person })}
        </span>
      )}
      <span className={styles.end} role="status">
        {updated > 0 && (
          <button type="button" className={styles.updated} onClick={onSort} data-testid="re-sort">
            ⟳ {t('worklist.updated', { count: updated })}
          </button>
        )}
      </span>
      <button type="button" className={styles.help} title={t('worklist.keys.show')} aria-label={t('worklist.keys.show')} onClick={onHelp}>
        ?
      </button>
    </div>
  )
}
