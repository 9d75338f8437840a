/** Props of the button that a dialog opens with: a modal dialog focuses what has the attribute, which React's `autoFocus` does not set. */
export const FOCUSED = { ref: (button: HTMLButtonElement | null) => button?.setAttribute('autofocus', '') }
