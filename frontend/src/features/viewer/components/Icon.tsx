/**
 * The rail's icons: 18 px, one stroke width, drawn for this page. Straight lines, rectangles and circles only: Chromium has a quick way for
 * these, but takes other stroked paths apart on the graphics card, which costs tenths of a second where there is none.
 */
import type { ReactNode } from 'react'

type Point = readonly [x: number, y: number]

/** Straight lines through points, as "x,y x,y …"; several with "/" between them. */
function Lines({ through, cap }: { through: string; cap?: 'butt' }) {
  const pieces = through.split('/').flatMap((part) => {
    const points = part.trim().split(' ').map((point) => point.split(',').map(Number) as unknown as Point)
    return points.slice(1).map((to, index) => [points[index] as Point, to] as const)
  })
  return pieces.map(([from, to]) => <line key={`${from} ${to}`} x1={from[0]} y1={from[1]} x2={to[0]} y2={to[1]} strokeLinecap={cap} />)
}

/** A part of a circle in short lines; angles in degrees, clockwise from the right. */
function Arc({ centre: [x, y], radius, from, to }: { centre: Point; radius: number; from: number; to: number }) {
  const steps = Math.ceil(Math.abs(to - from) / 18)
  const points = Array.from({ length: steps + 1 }, (_, step) => {
    const angle = ((from + ((to - from) * step) / steps) * Math.PI) / 180
    return `${(x + radius * Math.cos(angle)).toFixed(2)},${(y + radius * Math.sin(angle)).toFixed(2)}`
  })
  return <Lines through={points.join(' ')} cap="butt" />
}

const ICONS = {
  heatmap: (
    <>
      <circle cx="9" cy="9" r="6.5" />
      <circle cx="10" cy="8" r="3.5" />
      <circle cx="10.5" cy="7.5" r="1" fill="currentColor" />
    </>
  ),
  layout1: (
    <>
      <rect x="2" y="3" width="14" height="12" />
      <Lines through="9,3 9,15" />
    </>
  ),
  layout2: (
    <>
      <rect x="2" y="3" width="14" height="12" />
      <Lines through="9,3 9,15 / 2,9 16,9" />
      <rect x="11" y="5" width="3" height="2.4" fill="currentColor" stroke="none" />
      <rect x="11" y="11" width="3" height="2.4" fill="currentColor" stroke="none" />
    </>
  ),
  layout3: (
    <>
      <rect x="2" y="3" width="14" height="12" />
      <Lines through="6.7,3 6.7,15 / 11.3,3 11.3,15 / 2,9 16,9" />
    </>
  ),
  peak: (
    <>
      <circle cx="9" cy="9" r="4" />
      <Lines through="9,1.5 9,5.5 / 9,12.5 9,16.5 / 1.5,9 5.5,9 / 12.5,9 16.5,9" />
    </>
  ),
  window: (
    <>
      <circle cx="9" cy="9" r="6.5" />
      <path d="M9 2.5a6.5 6.5 0 0 1 0 13z" fill="currentColor" stroke="none" />
    </>
  ),
  scroll: <Lines through="4,5 14,5 / 4,9 14,9 / 4,13 14,13 / 1.5,7.5 3,6 / 1.5,10.5 3,12" />,
  pan: <Lines through="9,2 9,16 / 2,9 16,9 / 7,4 9,2 11,4 / 7,14 9,16 11,14 / 4,7 2,9 4,11 / 14,7 16,9 14,11" />,
  zoom: (
    <>
      <circle cx="7.5" cy="7.5" r="5" />
      <Lines through="11.2,11.2 16.2,16.2 / 5.3,7.5 9.7,7.5 / 7.5,5.3 7.5,9.7" />
    </>
  ),
  length: <Lines through="3,15 15,3 / 1.5,12.5 5.5,16.5 / 12.5,1.5 16.5,5.5" />,
  arrow: <Lines through="15,15 4,4 / 4,10 4,4 10,4" />,
  preset: <Lines through="2,3 2,15 16,15 / 4,13 6,12.4 7.5,11 10.5,7 12.4,5.6 15,5" />,
  invert: (
    <>
      <rect x="2.5" y="2.5" width="13" height="13" />
      <path d="M2.5 15.5v-13h13z" fill="currentColor" stroke="none" />
    </>
  ),
  reset: (
    <>
      <Arc centre={[9, 9]} radius={5.5} from={180} to={-130} />
      <Lines through="3,2.5 3,6.5 7,6.5" />
    </>
  ),
  panel: (
    <>
      <rect x="2" y="3" width="14" height="12" />
      <Lines through="11,3 11,15 / 12.8,6 14.4,6 / 12.8,9 14.4,9" />
    </>
  ),
  keys: (
    <>
      <Arc centre={[9, 6.6]} radius={2.8} from={180} to={417} />
      <Lines through="10.5,9 9.4,9.9 9,11.3 / 9,14 9,14.6" />
    </>
  ),
} satisfies Record<string, ReactNode>

export type IconName = keyof typeof ICONS
export const ICON_NAMES = Object.keys(ICONS) as IconName[]

export function Icon({ name }: { name: IconName }) {
  return (
    <svg width="18" height="18" viewBox="0 0 18 18" fill="none" stroke="currentColor" strokeWidth="1.4" strokeLinecap="square" aria-hidden="true">
      {ICONS[name]}
    </svg>
  )
}
