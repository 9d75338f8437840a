import { useEffect } from 'react'

import type { Draft } from './draft'

/** Nothing is lost by going elsewhere: what is unsaved is saved at once, and the browser asks before it closes on it. */
export function useLeaving(draft: Draft) {
  useEffect(() => {
    const hidden = () => {
      if (document.visibilityState === 'hidden') void draft.flush()
    }
    const ask = (event: BeforeUnloadEvent) => {
      if (!draft.isUnsaved) return
      void draft.flush()
      event.preventDefault()
    }
    document.addEventListener('visibilitychange', hidden)
    window.addEventListener('beforeunload', ask)
    return () => {
      document.removeEventListener('visibilitychange', hidden)
      window.removeEventListener('beforeunload', ask)
      void draft.flush()
    }
  }, [draft])
}
