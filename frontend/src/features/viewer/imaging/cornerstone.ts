/** Cornerstone3D, started once for the page's life. */
import { init as coreInit, utilities } from '@cornerstonejs/core'
import { init as loaderInit } from '@cornerstonejs/dicom-image-loader'
import { addTool, ArrowAnnotateTool, init as toolsInit, LengthTool } from '@cornerstonejs/tools'

import { COLOURMAP_NAME, rgbPoints } from './heatmapColours'

let started: Promise<void> | undefined

async function start(): Promise<void> {
  await coreInit()
  loaderInit({ maxWebWorkers: Math.max(2, Math.min(4, Math.floor(navigator.hardwareConcurrency / 2))) })
  await toolsInit()
  addTool(LengthTool)
  addTool(ArrowAnnotateTool)
  utilities.colormap.registerColormap({
    ColorSpace: 'RGB',
    Name: COLOURMAP_NAME,
    RGBPoints: rgbPoints(),
  })
}

export function startCornerstone(): Promise<void> {
  started ??= start()
  return started
}
