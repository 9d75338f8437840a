import { useEffect, useState } from 'react'

/** The present, renewed every `seconds`: ages on a page left open stay true. */
export function useNow(seconds = 20): Date {
  const [now, setNow] = useState(() => new Date())
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), seconds * 1000)
    return () => clearInterval(timer)
  }, [seconds])
  return now
}
