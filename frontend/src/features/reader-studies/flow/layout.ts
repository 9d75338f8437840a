/** A STARD flow diagram's geometry: what was looked at runs down the left, what left the study stands at the right, truths below. */

/** One box: its lines as they are to be read, the first in bold. */
export type Entry = { id: string; title: string; count: number; details?: { text: string; count: number }[] }

/** One storey: a box of the main column and what leaves beside it, on the way to the next storey. */
export type Storey = { main: Entry; left: Entry[] }

export type Line = { text: string; bold: boolean; indent: boolean }
export type Box = { id: string; x: number; y: number; width: number; height: number; lines: Line[] }
export type Arrow = { id: string; points: [number, number][] }
export type Drawing = { width: number; height: number; boxes: Box[]; arrows: Arrow[] }

export const SIZES = { main: 250, side: 250, gap: 44, rise: 34, line: 18, padding: 9, text: 13 }
const WIDTH = SIZES.main + SIZES.gap + SIZES.side

/** Of a text in units of its size: Chinese characters are square, others about half as wide. */
export function widthOf(text: string): number {
  return [...text].reduce((sum, character) => sum + (/[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]/.test(character) ? 1 : 0.54), 0)
}

/** The text in lines no wider than `most` (in units of its size), broken at spaces (not at hard ones), in Chinese between any two characters. */
export function wrapped(text: string, most: number): string[] {
  const pieces = text.match(/[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]|[^ \n\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+[ \n]*|[ \n]+/g) ?? []
  const lines: string[] = []
  let line = ''
  for (const piece of pieces) {
    if (line && widthOf((line + piece).trimEnd()) > most) {
      lines.push(line.trimEnd())
      line = ''
    }
    line += piece
  }
  return [...lines, line.trimEnd()].filter((one, index) => one !== '' || index === 0)
}

/** Place storeys and the leaves below the last one. Sizes in px; nothing lies over anything else (layout.test.ts). */
export function layout(storeys: readonly Storey[], leaves: readonly Entry[]): Drawing {
  const boxes: Box[] = []
  const arrows: Arrow[] = []
  const middle = SIZES.main / 2
  let y = 0.5
  let above: Box | null = null
  for (const { main, left } of storeys) {
    const box = boxOf(main, 0.5, y, SIZES.main)
    boxes.push(box)
    if (above) arrows.push({ id: `to ${main.id}`, points: [[middle, bottom(above)], [middle, y]] })
    y = bottom(box) + SIZES.rise
    for (const entry of left) {
      const side = boxOf(entry, SIZES.main + SIZES.gap, y - SIZES.rise / 2, SIZES.side - 1)
      boxes.push(side)
      const turn = side.y + side.height / 2
      arrows.push({ id: `to ${entry.id}`, points: [[middle, turn], [side.x, turn]] })
      y = bottom(side) + SIZES.rise / 2
    }
    above = box
  }
  const height = leaves.length > 0 && above ? addLeaves(leaves, above, y, boxes, arrows) : y - SIZES.rise
  return { width: WIDTH, height: height + 1, boxes, arrows }
}

function addLeaves(leaves: readonly Entry[], above: Box, y: number, boxes: Box[], arrows: Arrow[]): number {
  const gap = 12
  const width = (WIDTH - gap * (leaves.length - 1)) / leaves.length - 1
  const bar = y - SIZES.rise / 2
  let lowest = y
  leaves.forEach((leaf, index) => {
    const box = boxOf(leaf, 0.5 + index * (width + gap), y, width)
    boxes.push(box)
    lowest = Math.max(lowest, bottom(box))
    const centre = box.x + width / 2
    arrows.push({ id: `to ${leaf.id}`, points: [[SIZES.main / 2, bottom(above)], [SIZES.main / 2, bar], [centre, bar], [centre, y]] })
  })
  return lowest
}

function boxOf(entry: Entry, x: number, y: number, width: number): Box {
  const most = (width - 2 * SIZES.padding) / SIZES.text
  const lines: Line[] = wrapped(counted(entry.title, entry.count), most * 0.96).map((text) => ({ text, bold: true, indent: false }))
  for (const detail of entry.details ?? []) {
    const [first, ...rest] = wrapped(counted(detail.text, detail.count), most - 1)
    lines.push({ text: first ?? '', bold: false, indent: false }, ...rest.map((text) => ({ text, bold: false, indent: true })))
  }
  return { id: entry.id, x, y, width, height: lines.length * SIZES.line + 2 * SIZES.padding, lines }
}

/** "Left out (n = 4)"; what stands in brackets is not broken. */
const counted = (text: string, count: number) => `${text} (n\u00a0=\u00a0${count})`

const bottom = (box: Box) => box.y + box.height
