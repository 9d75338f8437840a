/** The name of this tab: the server lets one tab at a time read a case. Random, kept for the tab's life, so that a reload is the same tab. */
const NAME = 'darndest-seat'
const PATIENCE_MS = 1500

function newSeat(): string {
  const seat = randomName()
  sessionStorage.setItem(NAME, seat)
  return seat
}

/** `crypto.randomUUID` is there in secure contexts only; the numbers behind it are there always. */
export function randomName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** A random UUID (RFC 9562, version 4). */
export function newUuid(): string {
  const hex = randomName()
  const variant = ((parseInt(hex[16] as string, 16) & 0x3) | 0x8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`
}

/**
 * This tab's seat. A duplicated tab brings the first one's name along: a lock of the browser tells them apart, and the second gets a name
 * of its own. A reloaded tab waits for the page before it to let go.
 */
export async function claimSeat(locks: LockManager | undefined = navigator.locks): Promise<string> {
  const kept = sessionStorage.getItem(NAME)
  if (!locks) return kept ?? newSeat()
  if (kept !== null && (await hold(locks, kept))) return kept
  const seat = newSeat()
  await hold(locks, seat)
  return seat
}

let mine: Promise<string> | undefined

/** Claimed once for the page's life. */
export function seatOfThisPage(): Promise<string> {
  mine ??= claimSeat()
  return mine
}

/** Holds the lock of a name until the page ends; false where another page does not let go of it. */
function hold(locks: LockManager, seat: string): Promise<boolean> {
  return new Promise((resolve) => {
    const giveUp = new AbortController()
    const timer = setTimeout(() => giveUp.abort(), PATIENCE_MS)
    locks
      .request(`${NAME}-${seat}`, { signal: giveUp.signal }, () => {
        clearTimeout(timer)
        resolve(true)
        return new Promise<void>(() => undefined)
      })
      .catch(() => resolve(false))
  })
}
