/** Where to go after sign-in: the asked-for path when it is a path of this server, else the home page. */
export function safeNext(next: string | null, origin: string): string {
  if (!next || !next.startsWith('/') || next.startsWith('//') || next.includes('\\')) return '/'
  const url = new URL(next, origin)
  if (url.origin !== origin || url.pathname.startsWith('/sign-in')) return '/'
  return url.pathname + url.search + url.hash
}
