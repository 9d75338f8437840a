/** Times as a reader wants them: ages short, dates in the reader's zone, UTC beside. */

export type Age = { unit: 'now' | 'minutes' | 'hours' | 'days' | 'years'; count: number }

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const YEAR = 365 * DAY

/** How long `then` (ISO 8601) lies before `now`, in the largest whole unit; the future counts as now. */
export function ageOf(then: string, now: Date): Age {
  const seconds = Math.max(0, (now.getTime() - new Date(then).getTime()) / 1000)
  if (seconds < MINUTE) return { unit: 'now', count: 0 }
  if (seconds < HOUR) return { unit: 'minutes', count: Math.floor(seconds / MINUTE) }
  if (seconds < 2 * DAY) return { unit: 'hours', count: Math.floor(seconds / HOUR) }
  if (seconds < 2 * YEAR) return { unit: 'days', count: Math.floor(seconds / DAY) }
  return { unit: 'years', count: Math.floor(seconds / YEAR) }
}

/** "23 Nov", with the year where it is not this one. A DICOM date has no zone, so none is applied. */
export function shortDate(date: string, language: string, now: Date): string {
  const day = new Date(`${date}T00:00:00Z`)
  if (Number.isNaN(day.getTime())) return date
  const sameYear = day.getUTCFullYear() === now.getFullYear()
  const format: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short', timeZone: 'UTC' }
  if (!sameYear) format.year = 'numeric'
  return new Intl.DateTimeFormat(locale(language), format).format(day)
}

/** Date and time in the reader's zone. */
export function localTime(moment: string, language: string): string {
  return new Intl.DateTimeFormat(locale(language), { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(moment))
}

/** "2026-11-23 18:04:31" in UTC. */
export function utcTime(moment: string): string {
  return new Date(moment).toISOString().slice(0, 19).replace('T', ' ')
}

function locale(language: string): string {
  return language === 'zh' ? 'zh-CN' : 'en-GB'
}
