/** Call at once, then at most once in `milliseconds`, never losing the last call. `stop` drops what is still due. */
export function throttle(action: () => void, milliseconds: number): { call: () => void; stop: () => void } {
  let last = -Infinity
  let timer: ReturnType<typeof setTimeout> | undefined
  const run = () => {
    timer = undefined
    last = Date.now()
    action()
  }
  return {
    call: () => {
      if (timer !== undefined) return
      const wait = last + milliseconds - Date.now()
      if (wait <= 0) run()
      else timer = setTimeout(run, wait)
    },
    stop: () => clearTimeout(timer),
  }
}
