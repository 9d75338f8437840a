/** Two soft tones when advice changes, where a person has asked for them. Made by the browser: nothing is loaded. */

const STORED = 'darndest-console-sound'

export const soundWanted = () => localStorage.getItem(STORED) === 'on'

export function wantSound(wanted: boolean) {
  localStorage.setItem(STORED, wanted ? 'on' : 'off')
}

let context: AudioContext | undefined

/** Browsers let a page sound only after a person has touched it. */
export function readySound() {
  if (typeof AudioContext === 'undefined') return
  context ??= new AudioContext()
  if (context.state === 'suspended') void context.resume()
}

export function sound() {
  if (!context || context.state !== 'running') return
  for (const [start, hertz] of [
    [0, 660],
    [0.22, 880],
  ] as const) {
    const tone = context.createOscillator()
    const volume = context.createGain()
    const at = context.currentTime + start
    tone.frequency.value = hertz
    volume.gain.setValueAtTime(0, at)
    volume.gain.linearRampToValueAtTime(0.15, at + 0.03)
    volume.gain.linearRampToValueAtTime(0, at + 0.2)
    tone.connect(volume).connect(context.destination)
    tone.start(at)
    tone.stop(at + 0.22)
  }
}
