/** The worklist's question (search, filters, order, page) as the URL holds it: the same names as the API's. */
import type { Query } from '@/api/client'

export const PAGE_SIZE = 50
export const NEWEST_FIRST = '-received_at'

export const ORDERABLE = ['tier', 'score', 'patient', 'study_date', 'state', 'result_at', 'received_at'] as const
export type Orderable = (typeof ORDERABLE)[number]

export type WorklistParams = {
  readonly search: string
  readonly tier: readonly string[]
  readonly state: readonly string[]
  readonly source: readonly string[]
  readonly dateFrom: string
  readonly dateTo: string
  readonly ordering: string
  readonly page: number
}

const list = (text: string | null) => (text ? text.split(',').filter(Boolean) : [])

export function readParams(search: URLSearchParams): WorklistParams {
  const ordering = search.get('ordering') ?? NEWEST_FIRST
  const known = ORDERABLE.some((name) => ordering === name || ordering === `-${name}`)
  return {
    search: search.get('search') ?? '',
    tier: list(search.get('tier')),
    state: list(search.get('state')),
    source: list(search.get('source')),
    dateFrom: search.get('date_from') ?? '',
    dateTo: search.get('date_to') ?? '',
    ordering: known ? ordering : NEWEST_FIRST,
    page: Math.max(1, Number.parseInt(search.get('page') ?? '1', 10) || 1),
  }
}

/** The URL's form: what is at its default is left out, so that a plain worklist has a plain address. */
export function writeParams(params: WorklistParams): URLSearchParams {
  const search = new URLSearchParams()
  const put = (name: string, value: string) => value && search.set(name, value)
  put('search', params.search)
  put('tier', params.tier.join(','))
  put('state', params.state.join(','))
  put('source', params.source.join(','))
  put('date_from', params.dateFrom)
  put('date_to', params.dateTo)
  put('ordering', params.ordering === NEWEST_FIRST ? '' : params.ordering)
  put('page', params.page === 1 ? '' : String(params.page))
  return search
}

export function asQuery(params: WorklistParams): Query {
  return { ...Object.fromEntries(writeParams({ ...params, page: 1 })), page: params.page, page_size: PAGE_SIZE }
}

/** Any change but of the page leads back to the first page. */
export function changed(params: WorklistParams, change: Partial<WorklistParams>): WorklistParams {
  return { ...params, page: 1, ...change }
}

export function isFiltered(params: WorklistParams): boolean {
  const { search, tier, state, source, dateFrom, dateTo } = params
  return Boolean(search || tier.length || state.length || source.length || dateFrom || dateTo)
}

/** First click on a column's head: its natural order; the second turns it round; the third goes back to newest first. */
export function nextOrdering(current: string, column: Orderable): string {
  const natural = column === 'score' || column === 'result_at' || column === 'study_date' ? `-${column}` : column
  const turned = natural.startsWith('-') ? column : `-${column}`
  if (current === natural) return turned
  return current === turned ? NEWEST_FIRST : natural
}
