/** What the viewer asks of a DICOMweb server by itself: metadata and a heatmap's frames. Images go through Cornerstone's loader. */
import { errorFrom } from '@/api/client'

import type { DicomJson } from './dicomJson'
import { multipartBodies } from './multipart'

/** Where a study's images are asked for: a DICOMweb root, without a slash at its end, and the study's UID below it. */
export interface StudyAddress {
  root: string
  studyUid: string
}

/** A study as the archive serves it to those who see clinical studies. */
export const inArchive = (studyUid: string): StudyAddress => ({ root: '/dicom-web', studyUid })

/** A refusal or a silence of the DICOMweb server; `status` 0: no answer. `detail`: its own sentence, where it says one. */
export class DicomwebError extends Error {
  constructor(
    readonly status: number,
    readonly url: string,
    readonly detail = '',
  ) {
    super(status === 0 ? `No answer from ${url}.` : `${url} answered ${status}, 200 was expected.`)
    this.name = 'DicomwebError'
  }
}

async function get(url: string, accept: string, signal?: AbortSignal): Promise<Response> {
  let response: Response
  try {
    response = await fetch(url, { headers: { Accept: accept }, credentials: 'same-origin', signal: signal ?? null })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new DicomwebError(0, url)
  }
  if (!response.ok) throw new DicomwebError(response.status, url, errorFrom(response.status, await response.text()).detail)
  return response
}

export function seriesUrl({ root, studyUid }: StudyAddress, seriesUid: string): string {
  return `${root}/studies/${studyUid}/series/${seriesUid}`
}

export function frameUrl(study: StudyAddress, seriesUid: string, instanceUid: string, frame: number): string {
  return `${seriesUrl(study, seriesUid)}/instances/${instanceUid}/frames/${frame}`
}

export async function fetchSeriesMetadata(study: StudyAddress, seriesUid: string, signal?: AbortSignal): Promise<DicomJson[]> {
  const response = await get(`${seriesUrl(study, seriesUid)}/metadata`, 'application/dicom+json', signal)
  return (await response.json()) as DicomJson[]
}

/** Frames 1…count of one instance, uncompressed, in one request; one body a frame. */
export async function fetchFrames(
  study: StudyAddress,
  seriesUid: string,
  instanceUid: string,
  count: number,
  signal?: AbortSignal,
): Promise<Uint8Array[]> {
  const list = Array.from({ length: count }, (_, index) => index + 1).join(',')
  const url = `${seriesUrl(study, seriesUid)}/instances/${instanceUid}/frames/${list}`
  const response = await get(url, 'multipart/related; type="application/octet-stream"; transfer-syntax=1.2.840.10008.1.2.1', signal)
  const bytes = new Uint8Array(await response.arrayBuffer())
  return multipartBodies(bytes, response.headers.get('Content-Type') ?? '')
}
