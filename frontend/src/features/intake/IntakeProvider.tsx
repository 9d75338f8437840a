import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from 'react'

import { useQueryClient } from '@tanstack/react-query'

import { keys } from '@/api/query'

import { fromInput } from './collect'
import type { IncomingFile } from './batches'
import { runIntake } from './run'
import { IDLE, type IntakeState, isBusy } from './state'

type Intake = {
  state: IntakeState
  open: boolean
  show: () => void
  hide: () => void
  take: (files: Promise<IncomingFile[]>) => void
  cancel: () => void
  chooseFiles: () => void
  chooseFolder: () => void
}

const IntakeContext = createContext<Intake | null>(null)

export function useIntake(): Intake {
  const intake = useContext(IntakeContext)
  if (!intake) throw new Error('useIntake is called outside of IntakeProvider.')
  return intake
}

/** Holds the running intake above the pages, so that it goes on while another page is looked at. */
export function IntakeProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient()
  const [state, setState] = useState(IDLE)
  const [open, setOpen] = useState(false)
  const abort = useRef<AbortController | null>(null)
  const files = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  const busy = isBusy(state)

  const take = useCallback(
    (incoming: Promise<IncomingFile[]>) => {
      setOpen(true)
      if (busy) return
      const controller = new AbortController()
      abort.current = controller
      setState({ ...IDLE, phase: 'reading' })
      const run = async () => {
        const found = await incoming
        if (!found.length) return setState(IDLE)
        await runIntake(found, setState, controller.signal)
        void client.invalidateQueries({ queryKey: keys.worklists })
        void client.invalidateQueries({ queryKey: keys.status })
      }
      run().catch((error: Error) => setState({ ...IDLE, phase: 'failed', error }))
    },
    [busy, client],
  )
  const intake = useMemo<Intake>(
    () => ({
      state,
      open,
      show: () => setOpen(true),
      hide: () => setOpen(false),
      take,
      cancel: () => abort.current?.abort(),
      chooseFiles: () => files.current?.click(),
      chooseFolder: () => folder.current?.click(),
    }),
    [state, open, take],
  )
  const changed = (input: HTMLInputElement) => {
    const chosen = fromInput(input.files ?? [])
    // Emptied, so that choosing the same files again is a change again.
    input.value = ''
    if (chosen.length) take(Promise.resolve(chosen))
  }
  return (
    <IntakeContext value={intake}>
      {children}
      <input ref={files} type="file" multiple hidden data-testid="upload" onChange={(event) => changed(event.target)} />
      <input
        ref={(element) => {
          folder.current = element
          element?.setAttribute('webkitdirectory', '')
        }}
        type="file"
        multiple
        hidden
        data-testid="upload-folder"
        onChange={(event) => changed(event.target)}
      />
    </IntakeContext>
  )
}
