/** The rail's icons: 18 px, one stroke width, drawn for this page. */
import type { ReactNode } from 'react'

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
      <path d="M9 3v12" />
    </>
  ),
  layout2: (
    <>
      <rect x="2" y="3" width="14" height="12" />
      <path d="M9 3v12M2 9h14" />
      <rect x="11" y="5" width="3" height="2.4" fill="currentColor" stroke="none" />
      <rect x="11" y="11" width="3" height="2.4" fill="currentColor" stroke="none" />
    </>
  ),
  layout3: (
    <>
      <rect x="2" y="3" width="14" height="12" />
      <path d="M6.7 3v12M11.3 3v12M2 9h14" />
    </>
  ),
  peak: (
    <>
      <circle cx="9" cy="9" r="4" />
      <path d="M9 1.5v4M9 12.5v4M1.5 9h4M12.5 9h4" />
    </>
  ),
  window: (
    <>
      <circle cx="9" cy="9" r="6.5" />
      <path d="M9 2.5a6.5 6.5 0 0 1 0 13z" fill="currentColor" />
    </>
  ),
  scroll: <path d="M4 5h10M4 9h10M4 13h10M1.5 7.5 3 6M1.5 10.5 3 12" />,
  pan: <path d="M9 2v14M2 9h14M7 4l2-2 2 2M7 14l2 2 2-2M4 7 2 9l2 2M14 7l2 2-2 2" />,
  zoom: (
    <>
      <circle cx="7.5" cy="7.5" r="5" />
      <path d="m11.2 11.2 5 5M5.3 7.5h4.4M7.5 5.3v4.4" />
    </>
  ),
  length: <path d="M3 15 15 3M1.5 12.5l4 4M12.5 1.5l4 4" />,
  arrow: <path d="M15 15 4 4M4 10V4h6" />,
  preset: <path d="M2 15V3M2 15h14M4 13c4 0 5-8 11-8" />,
  invert: (
    <>
      <rect x="2.5" y="2.5" width="13" height="13" />
      <path d="M2.5 15.5v-13h13z" fill="currentColor" />
    </>
  ),
  reset: <path d="M3.5 9a5.5 5.5 0 1 0 2-4.2M3 2.5v4h4" />,
  panel: (
    <>
      <rect x="2" y="3" width="14" height="12" />
      <path d="M11 3v12M12.8 6h1.6M12.8 9h1.6" />
    </>
  ),
  keys: <path d="M6.2 6.6a2.8 2.8 0 1 1 4.3 2.4c-1 .6-1.5 1.1-1.5 2.3M9 14v.6" />,
} satisfies Record<string, ReactNode>

export type IconName = keyof typeof ICONS

export function Icon({ name }: { name: IconName }) {
  return (
    <svg width="18" height="18" viewBox="0 0 18 18" fill="none" stroke="currentColor" strokeWidth="1.4" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      {ICONS[name]}
    </svg>
  )
}
