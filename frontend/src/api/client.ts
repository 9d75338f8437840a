/** Requests to this server's JSON API: session cookie, CSRF header, and one typed error. Knows nothing of pages. */

export type Query = Record<string, string | number | boolean | readonly string[] | null | undefined>

/** What is wrong with one field of what was sent. `field` is a path, such as `design.arms.0.key`. */
export type FieldProblem = { field: string; detail: string }

/** What the server answered instead of a result. `code` "unreachable": no answer at all. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly reference: string | null,
    readonly problems: readonly FieldProblem[] = [],
  ) {
    super(detail)
    this.name = 'ApiError'
  }
}

export const UNREACHABLE = 'unreachable'

/** The cookie that Django's CSRF check wants repeated as a header. */
export function csrfToken(): string {
  const cookie = document.cookie.split('; ').find((entry) => entry.startsWith('csrftoken='))
  return cookie ? decodeURIComponent(cookie.slice('csrftoken='.length)) : ''
}

export function withQuery(path: string, query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === '') continue
    if (Array.isArray(value)) value.forEach((item: string) => search.append(key, item))
    else search.append(key, String(value))
  }
  const text = search.toString()
  return text ? `${path}?${text}` : path
}

/** The error in a body of {"code","detail","reference"}, some with "problems"; of anything else, what can be said. */
export function errorFrom(status: number, body: string): ApiError {
  try {
    const parsed = JSON.parse(body) as { code?: unknown; detail?: unknown; reference?: unknown; problems?: unknown }
    if (typeof parsed.detail === 'string') {
      const reference = typeof parsed.reference === 'string' ? parsed.reference : null
      const problems = Array.isArray(parsed.problems) ? (parsed.problems as FieldProblem[]) : []
      return new ApiError(status, typeof parsed.code === 'string' ? parsed.code : 'error', parsed.detail, reference, problems)
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  return new ApiError(status, 'error', `HTTP ${status}`, null)
}

/** `keepalive`: sent to its end though the page is left. */
type Options = { query?: Query; body?: unknown; signal?: AbortSignal; keepalive?: boolean }

async function request<T>(method: string, path: string, { query, body, signal, keepalive }: Options = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (method !== 'GET') headers['X-CSRFToken'] = csrfToken()
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  const payload = body === undefined ? null : JSON.stringify(body)
  const init: RequestInit = { method, headers, body: payload, credentials: 'same-origin' }
  if (signal) init.signal = signal
  if (keepalive) init.keepalive = true
  let response: Response
  try {
    response = await fetch(withQuery(path, query), init)
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError(0, UNREACHABLE, 'The server did not answer.', null)
  }
  const text = await response.text()
  if (!response.ok) throw errorFrom(response.status, text)
  return (text ? JSON.parse(text) : undefined) as T
}

export const api = {
  get: <T>(path: string, options?: Options) => request<T>('GET', path, options),
  post: <T>(path: string, options?: Options) => request<T>('POST', path, options),
  put: <T>(path: string, options?: Options) => request<T>('PUT', path, options),
  patch: <T>(path: string, options?: Options) => request<T>('PATCH', path, options),
  delete: <T>(path: string, options?: Options) => request<T>('DELETE', path, options),
}
