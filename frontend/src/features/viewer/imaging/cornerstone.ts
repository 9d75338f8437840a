/** Cornerstone3D, started once for the page's life. */
import { cache, getConfiguration, init as coreInit, RenderingEngine, utilities } from '@cornerstonejs/core'
import { init as loaderInit } from '@cornerstonejs/dicom-image-loader'
import { addTool, annotation, ArrowAnnotateTool, init as toolsInit, LengthTool } from '@cornerstonejs/tools'

import { COLOURMAP_NAME, rgbPoints } from './heatmapColours'

let started: Promise<void> | undefined
let engine: RenderingEngine | undefined

/** Images of studies left behind stay for the way back up to this many bytes; then the longest unseen go (Cornerstone's own limit is 3 GB). */
const CACHE_BYTES = 1_000_000_000

/** Panes are drawn one after the other, so one WebGL context serves all; each of Cornerstone's seven would compile its own shaders. */
const CONTEXTS = 1

async function start(): Promise<void> {
  const { rendering, ...rest } = getConfiguration()
  await coreInit({ ...rest, rendering: { ...rendering, webGlContextCount: CONTEXTS } })
  cache.setMaxCacheSize(CACHE_BYTES)
  loaderInit({ maxWebWorkers: Math.max(2, Math.min(4, Math.floor(navigator.hardwareConcurrency / 2))) })
  await toolsInit()
  addTool(LengthTool)
  addTool(ArrowAnnotateTool)
  styleDrawings()
  utilities.colormap.registerColormap({
    ColorSpace: 'RGB',
    Name: COLOURMAP_NAME,
    RGBPoints: rgbPoints(),
  })
}

/** Drawings in warm yellow: Cornerstone's green means nothing here. */
function styleDrawings(): void {
  const colour = 'rgb(255, 216, 120)'
  const style = annotation.config.style.getDefaultToolStyles()
  const colours = Object.fromEntries(['color', 'colorHighlighted', 'colorSelected', 'colorLocked', 'textBoxColor', 'textBoxColorHighlighted', 'textBoxColorSelected'].map((key) => [key, colour]))
  annotation.config.style.setDefaultToolStyles({ ...style, global: { ...style.global, ...colours } })
  allowTextStyles()
}

/** Cornerstone styles its texts by a style attribute, which the content security policy forbids; the same through the CSSOM is allowed. */
function allowTextStyles(): void {
  const setAttribute = SVGTextElement.prototype.setAttribute
  SVGTextElement.prototype.setAttribute = function (name: string, value: string) {
    if (name === 'style') this.style.cssText = value
    else setAttribute.call(this, name, value)
  }
}

export function startCornerstone(): Promise<void> {
  started ??= start()
  return started
}

/**
 * The page's one engine. A browser frees WebGL contexts late and allows sixteen of them: one engine a study would lose the contexts on
 * screen after some studies. Viewports come and go in it.
 */
export function renderingEngine(): RenderingEngine {
  engine ??= new RenderingEngine('darndest')
  return engine
}
