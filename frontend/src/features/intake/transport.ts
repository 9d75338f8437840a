/** An intake's three requests. The files go by XMLHttpRequest: fetch does not tell how far an upload has come. */
import { api, ApiError, csrfToken, errorFrom, UNREACHABLE } from '@/api/client'
import type { IntakeReport } from '@/api/types'

import type { IncomingFile } from './batches'

export const openIntake = () => api.post<{ id: string }>('/api/intakes/')
export const finishIntake = (id: string) => api.post<IntakeReport>(`/api/intakes/${id}/finish/`)

const RETRIES = 2
const RETRY_AFTER_MS = 1_500
const PASSING = new Set([0, 502, 503, 504])

/**
 * Send one batch; `progress` hears the bytes sent of it. Silence and gateway errors are tried again, which is safe:
 * what had arrived is then reported as already there.
 */
export async function sendBatch(
  id: string,
  batch: readonly IncomingFile[],
  progress: (bytes: number) => void,
  signal: AbortSignal,
): Promise<IntakeReport> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await sendOnce(id, batch, progress, signal)
    } catch (error) {
      const passing = error instanceof ApiError && PASSING.has(error.status)
      if (!passing || attempt === RETRIES || signal.aborted) throw error
      progress(0)
      await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS * (attempt + 1)))
    }
  }
}

function sendOnce(
  id: string,
  batch: readonly IncomingFile[],
  progress: (bytes: number) => void,
  signal: AbortSignal,
): Promise<IntakeReport> {
  const form = new FormData()
  for (const { file } of batch) form.append('files', file, file.name)
  for (const { path } of batch) form.append('paths', path)
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const abort = () => request.abort()
    request.open('POST', `/api/intakes/${id}/files/`)
    request.setRequestHeader('Accept', 'application/json')
    request.setRequestHeader('X-CSRFToken', csrfToken())
    request.upload.onprogress = (event) => progress(event.loaded)
    request.onload = () => {
      if (request.status < 300) resolve(JSON.parse(request.responseText) as IntakeReport)
      else reject(errorFrom(request.status, request.responseText))
    }
    request.onerror = () => reject(new ApiError(0, UNREACHABLE, 'The server did not answer.', null))
    request.onabort = () => reject(new DOMException('Cancelled', 'AbortError'))
    request.onloadend = () => signal.removeEventListener('abort', abort)
    signal.addEventListener('abort', abort)
    if (signal.aborted) reject(new DOMException('Cancelled', 'AbortError'))
    else request.send(form)
  })
}
