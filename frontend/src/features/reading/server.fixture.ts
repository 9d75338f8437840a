/** A reading server at the transport's boundary: `fetch` itself, with a network that can be cut. */
import { vi } from 'vitest'

export interface Request {
  method: string
  path: string
  body: Record<string, unknown>
}

type Answer = { status?: number; body?: unknown }

export class FakeServer {
  readonly requests: Request[] = []
  /** 'cut': nothing arrives. 'deaf': it arrives, its answer does not. */
  network: 'up' | 'cut' | 'deaf' = 'up'
  private rules: [RegExp, (request: Request) => Answer][] = []

  constructor() {
    vi.stubGlobal('fetch', (path: string, init: RequestInit) => this.receive(path, init))
  }

  on(path: RegExp, answer: (request: Request) => Answer): this {
    this.rules.unshift([path, answer])
    return this
  }

  to(path: RegExp): Request[] {
    return this.requests.filter((request) => path.test(request.path))
  }

  private async receive(path: string, init: RequestInit): Promise<Response> {
    if (this.network === 'cut') throw new TypeError('Failed to fetch')
    const request = { method: init.method ?? 'GET', path, body: JSON.parse((init.body as string | null) ?? '{}') as Record<string, unknown> }
    this.requests.push(request)
    const rule = this.rules.find(([wanted]) => wanted.test(path))
    const { status = 200, body } = rule?.[1](request) ?? { status: 404, body: { code: 'not_found', detail: 'no rule', reference: null } }
    if (this.network === 'deaf') throw new TypeError('Failed to fetch')
    return new Response(body === undefined ? null : JSON.stringify(body), { status: body === undefined ? 204 : status })
  }
}

export const refusal = (code: string, status = 409, more: object = {}): Answer => ({
  status,
  body: { code, detail: `refused: ${code}`, reference: null, ...more },
})

/** As the reading API keeps drafts and submissions: the newest revision stands, one answer for one UUID. */
export function readingServer(): FakeServer & { answers: Map<string, unknown> } {
  const server = Object.assign(new FakeServer(), { answers: new Map<string, unknown>() })
  let newest = 0
  server.on(/draft\/$/, ({ body }) => {
    newest = Math.max(newest, body['revision'] as number)
    return { body: { revision: newest, saved_at: '2026-11-27T12:04:31Z' } }
  })
  server.on(/(submission|correction)\/$/, ({ body }) => {
    const submission = body['submission'] as string
    if (!server.answers.has(submission)) server.answers.set(submission, body['answers'])
    return { body: { submission, stage: body['stage'], version: 1, submitted_at: '2026-11-27T12:05:00Z', case: null } }
  })
  return server
}
